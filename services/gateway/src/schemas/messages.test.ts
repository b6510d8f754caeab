import { describe, expect, test } from "vitest";
import { validate } from "../middleware/validate.ts";
import { RestError } from "../rest-error.ts";
import { chat, getConfidenceScore, queryKnowledgeBase } from "./answers.ts";
import { createChatbot, updateChatbotSettings } from "./chatbots.ts";
import { listConversations } from "./conversations.ts";
import { retrainChatbot } from "./training.ts";

const bodies = { chat, createChatbot, getConfidenceScore, queryKnowledgeBase, retrainChatbot, updateChatbotSettings };
const chatbotId = "64d2f0c1a9e8b7f6d5c4b3a2";
const hello = { role: "user", content: "hello" };

function refusal(operation: keyof typeof bodies, value: unknown): RestError {
  try {
    validate(bodies[operation].body as never, value);
  } catch (error) {
    if (error instanceof RestError) return error;
  }
  throw new Error("the value was accepted");
}

function accepted(operation: keyof typeof bodies, value: unknown): unknown {
  return validate(bodies[operation].body as never, value);
}

const update = (setting: object) => ({ chatbotId, ...setting });
const ask = (rest: object) => ({ chatbotId, messages: [hello], ...rest });

describe("the texts of the contract", () => {
  test.each<[keyof typeof bodies, unknown, string]>([
    ["createChatbot", {}, "chatbotName is required"],
    ["createChatbot", { chatbotName: null }, "chatbotName is required"],
    ["createChatbot", { chatbotName: "x", model: "custom-model" }, "customBackend is required for the custom-model model"],
    ["createChatbot", { chatbotName: " ".repeat(9) }, "chatbotName must be a string of 1 to 100 characters"],
    [
      "createChatbot",
      { chatbotName: "x", urlsToScrape: ["ftp://a"] },
      "urlsToScrape[0] must be an http or https URL of at most 2,048 characters",
    ],
    ["createChatbot", { chatbotName: "x", qAndAs: [{ question: "q" }] }, "qAndAs[0].answer is required"],
    ["createChatbot", { chatbotName: "x", products: Array(1_001).fill(0) }, "products must contain at most 1,000 items"],
    ["retrainChatbot", {}, "chatbotId is required"],
    ["retrainChatbot", { chatbotId }, "Nothing to train or delete"],
    ["retrainChatbot", { chatbotId, options: { Cookies: "a=b" }, products: [], sourceText: "" }, "Nothing to train or delete"],
    ["retrainChatbot", { chatbotId, deletes: [{ type: "website" }] }, "deletes[0].url is required"],
    ["retrainChatbot", { chatbotId, deletes: [{ type: "file" }] }, "deletes[0] must contain one of id, name, url"],
    [
      "retrainChatbot",
      { chatbotId, deletes: [{ type: "text", id: "" }] },
      "deletes[0].id must not be empty; leave it out to delete all texts",
    ],
    ["updateChatbotSettings", update({ temperature: 1.01 }), "temperature must be between 0 and 1"],
    ["updateChatbotSettings", update({ temperature: "0.5" }), "temperature must be a number between 0 and 1"],
    ["updateChatbotSettings", update({ storeChat: "yes" }), "storeChat must be a boolean"],
    ["updateChatbotSettings", update({ rateLimitPoints: 1.5 }), "rateLimitPoints must be an integer between 1 and 10000"],
    [
      "updateChatbotSettings",
      update({ calendarUrl: "http://a.example" }),
      "calendarUrl must be an https URL of at most 2,048 characters",
    ],
    ["getConfidenceScore", { chatbotId }, "messages is required"],
    ["queryKnowledgeBase", { query: "x", count: 51 }, "count must be an integer between 1 and 50"],
    ["queryKnowledgeBase", { query: "x", count: "5" }, "count must be an integer between 1 and 50"],
    ["queryKnowledgeBase", { count: 5 }, "query is required"],
    ["chat", ask({ messages: [] }), "messages must contain at least one user message"],
    ["chat", ask({ messages: [{ role: "assistant", content: "x" }] }), "messages must contain at least one user message"],
    ["chat", ask({ messages: Array.from({ length: 201 }, () => hello) }), "messages must contain at most 200 items"],
    ["chat", ask({ messages: [{ role: "human", content: "x" }] }), "messages[0].role must be one of user, assistant"],
    ["chat", ask({ conversationId: "a/b" }), "conversationId must be 1 to 200 printable characters without /"],
    [
      "chat",
      ask({ baseModel: "gpt-5" }),
      "baseModel must be one of gpt-4o-mini, gpt-4o, gpt-4, claude-3-opus, claude-3-5-sonnet, claude-3-haiku",
    ],
  ])("%s refuses %j as: %s", (operation, value, message) => {
    const error = refusal(operation, value);
    expect([error.status, error.message]).toEqual([400, message]);
  });

  test("the first failing field of the contract's table gives the message, and all are listed", () => {
    const error = refusal("updateChatbotSettings", { styles: { theme: "blue" }, temperature: 2, chatbotName: "" });
    expect(error.message).toBe("chatbotId is required");
    expect(error.errors?.map(({ field }) => field)).toEqual(["chatbotId", "chatbotName", "temperature", "styles.theme"]);
  });

  test("no more than 20 fields are listed", () => {
    expect(refusal("createChatbot", { chatbotName: "x", products: Array.from({ length: 500 }, () => ({})) }).errors).toHaveLength(
      20,
    );
  });
});

describe("coercion", () => {
  test("null counts as absent, unknown fields are dropped, and booleans may be words", () => {
    expect(
      accepted("chat", ask({ baseModel: null, stream: "true", appendMessages: "false", temperature: 9, markdown: {} })),
    ).toEqual({
      chatbotId,
      messages: [hello],
      baseModel: null,
      stream: true,
      appendMessages: false,
    });
  });

  test("null stays apart from absent in settings, where it resets", () => {
    expect(accepted("updateChatbotSettings", update({ storeChat: null }))).toEqual({ chatbotId, storeChat: null });
  });

  test("lengths count code points", () => {
    expect(accepted("createChatbot", { chatbotName: "🎈".repeat(100) })).toEqual({ chatbotName: "🎈".repeat(100) });
    expect(refusal("createChatbot", { chatbotName: "🎈".repeat(101) }).message).toContain("1 to 100 characters");
  });

  test("only what the contract trims is trimmed", () => {
    expect(accepted("createChatbot", { chatbotName: " a ", sourceText: " b " })).toEqual({ chatbotName: "a", sourceText: " b " });
    expect(accepted("queryKnowledgeBase", { query: " a " })).toEqual({ query: "a" });
  });

  test("a product is kept as the JSON it came as, its keys in order", () => {
    const products = [{ id: "p", information: { z: 1, a: { "b.$c": [null] } } }];
    expect(accepted("createChatbot", { chatbotName: "x", products })).toMatchObject({
      products: [{ id: "p", information: '{"z":1,"a":{"b.$c":[null]}}' }],
    });
  });

  test("an empty message needs a file, and only a user's message may have one", () => {
    const file = { name: "a.txt", type: "text/plain", url: "https://a.example/a.txt" };
    expect(accepted("chat", ask({ messages: [{ role: "user", content: "", files: [file] }] }))).toBeDefined();
    expect(refusal("chat", ask({ messages: [{ role: "user", content: "" }] })).message).toContain("messages[0].content must");
    expect(refusal("chat", ask({ messages: [hello, { role: "assistant", content: "x", files: [file] }] })).message).toBe(
      "messages[1].files must be given on user messages only",
    );
  });

  test.each(["*", "com", "javascript:alert(1)", "*.com", "a b.example", "example.com:x", "a.example:65536", "ü:x.example", ""])(
    "%j is no domain to allow",
    (domain) => {
      expect(refusal("updateChatbotSettings", update({ domains: [domain] })).message).toMatch(/^domains\[0\] must be a host name/);
    },
  );

  test.each([
    "example.com",
    "*.example.com",
    "https://Example.com/shop",
    "localhost:65535",
    "xn--bcher-kva.example",
    "*.bücher.example:443",
  ])("%j is", (domain) => {
    expect(accepted("updateChatbotSettings", update({ domains: [domain] }))).toBeDefined();
  });

  test.each(["red;}</style><script>", "rgb(1,2)", "#fff", "url(x)", "rgb(0, 256, 0)", "rgba(999, 0, 0, 1)"])(
    "%j is no colour",
    (buttonColor) => {
      expect(refusal("updateChatbotSettings", update({ styles: { buttonColor } })).message).toContain(
        "styles.buttonColor must be a colour",
      );
    },
  );

  test.each(["#a0B1c2", "rgb(255, 0,9)", "rgb( 1 , 20 , 249 )", "rgba(0, 0, 0, 0.5)"])("%j is a colour", (buttonColor) => {
    expect(accepted("updateChatbotSettings", update({ styles: { buttonColor } }))).toBeDefined();
  });

  test("a conversation id holds what can be seen, up to the contract's length", () => {
    for (const conversationId of ["ä b", "😀".repeat(200), "..", "a%2Fb?c#d", "e\u0301"]) {
      expect(accepted("chat", ask({ conversationId }))).toBeDefined();
    }
    for (const conversationId of ["", "a/b", "a".repeat(201), "a\nb", "\u2028", "\u202eabc", "\ufeff", "a\u200bb"]) {
      expect(refusal("chat", ask({ conversationId })).message).toBe(
        "conversationId must be 1 to 200 printable characters without /",
      );
    }
  });

  test("a product's number beyond what a number can be is refused, not lost", () => {
    const products = [{ id: "p", information: JSON.parse('{"a":[{"b":1e400}]}') as unknown }];
    expect(refusal("createChatbot", { chatbotName: "x", products }).message).toBe(
      "products[0].information must be an object without numbers beyond 1.8e308",
    );
  });

  test("a bearer cannot smuggle a header", () => {
    expect(refusal("updateChatbotSettings", update({ bearer: "x\r\nHost: y" })).message).toContain("without line breaks");
  });
});

describe("numbers in a query string", () => {
  const size = (text: unknown) => validate(listConversations.query as never, { size: text });

  test.each(["-1", "0", "1e309", "9007199254740992", "1.5", '"1"', "", "1001", ["1", "2"]])("size=%j is refused", (text) => {
    expect(() => size(text)).toThrow("size must be an integer between 1 and 1000");
  });

  test("a span must not end before it begins, and an empty source means all", () => {
    expect(() => validate(listConversations.query as never, { startTimestamp: "2", endTimestamp: "1" })).toThrow(
      "endTimestamp must be at or after startTimestamp",
    );
    expect(validate(listConversations.query as never, { source: "", "x[$ne]": "1", tenantId: "b" })).toEqual({ source: "" });
  });
});

describe("worst-case texts", () => {
  test.each<[string, object]>([
    ["email", { notification: { email: `${"a.".repeat(25_000)}@` } }],
    ["colour", { styles: { buttonColor: `rgba(${"1 ,".repeat(16_000)}` } }],
    ["domain", { domains: [`${"a.".repeat(1_000)}!`] }],
    ["domain with paths", { domains: ["/".repeat(50_000)] }],
    ["url", { customBackend: `http://${"a/".repeat(25_000)} ` }],
    ["bearer", { bearer: `${"a".repeat(50_000)}\n` }],
  ])("50 kB of %s are refused at once", (_name, setting) => {
    const begin = process.cpuUsage();
    expect(refusal("updateChatbotSettings", update(setting)).status).toBe(400);
    const { user, system } = process.cpuUsage(begin);
    expect((user + system) / 1_000).toBeLessThan(50);
  });
});
