import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createChatbot, deleteChatbot, getChatbot, listChatbots } from "../src/schemas/chatbots.ts";
import { getCurrentPlan } from "../src/schemas/account.ts";
import { startGateway, type TestGateway } from "./_gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const problem = (message: string) => ({ status: "error", message });

async function create(body: object, key = gateway.key) {
  const answer = await gateway.call("POST", "create-chatbot", { key, body });
  expect(answer.status).toBe(200);
  return (answer.json as { chatbotId: string }).chatbotId;
}

async function read(chatbotId: string) {
  const answer = await gateway.call("GET", `get-chatbot/${chatbotId}`);
  return (answer.json as { chatbot: Record<string, unknown> }).chatbot;
}

const update = (body: object) => gateway.call("POST", "update-chatbot-settings", { body });

/** Throws unless an answer has exactly the properties that openapi.yaml lists. */
function conforms(operation: { answer: unknown }, json: unknown): void {
  (operation.answer as { parse(value: unknown): unknown }).parse(json);
}

describe("create, read, list, delete (E1, E4, E5, E6)", () => {
  test("answers hold every property of the contract and no other", async () => {
    const created = await gateway.call("POST", "create-chatbot", { body: { chatbotName: " Shop ", sourceText: "We ship." } });
    conforms(createChatbot, created.json);
    const { chatbotId } = created.json as { chatbotId: string };
    const one = await gateway.call("GET", `get-chatbot/${chatbotId}/`);
    conforms(getChatbot, one.json);
    conforms(listChatbots, (await gateway.call("GET", "get-chatbots")).json);
    expect(one.json).toMatchObject({ chatbot: { chatbotId, chatbotName: "Shop", model: "custom-data-upload" } });
    const deleted = await gateway.call("DELETE", `delete-chatbot/${chatbotId}`);
    conforms(deleteChatbot, deleted.json);
    for (const [method, path] of [
      ["DELETE", "delete-chatbot"],
      ["GET", "get-chatbot"],
    ] as const) {
      const again = await gateway.call(method, `${path}/${chatbotId}`);
      expect([again.status, again.json]).toEqual([404, problem("Chatbot not found")]);
    }
  });

  test("settings not given take the contract's defaults", async () => {
    expect(await read(await create({ chatbotName: "Defaults" }))).toMatchObject({
      visibility: "private",
      lastTrainedAt: null,
      onlyAllowOnAddedDomains: false,
      domains: [],
      basePrompt: "",
      rateLimitPoints: 20,
      rateLimitTimeframe: 240,
      rateLimitMessage: "Too many messages in a row",
      suggestedMessages: [],
      initialMessages: ["Hi! What can I help you with?"],
      styles: {
        theme: "light",
        buttonColor: "rgb(0, 0, 0)",
        displayName: "Defaults",
        alignChatButton: "right",
        userMessageColor: "rgb(59, 129, 246)",
        profilePictureFile: null,
        bubblePictureFile: null,
        autoOpenChatWindowAfter: null,
      },
      baseModel: "gpt-4o-mini",
      numberOfConversations: 0,
      temperature: 0,
      qALinks: [],
      storeChat: true,
      showCalendar: false,
      calendarUrl: null,
      calendarMessage: "Book a demo",
      enableBouncingAnimation: true,
      ignoreDataSource: false,
      leadsConfig: {
        message: "Let us know how to contact you",
        collectName: false,
        collectEmail: false,
        collectPhone: false,
        nameMessage: "Name",
        emailMessage: "Email",
        phoneMessage: "Phone",
      },
      notification: { enableLeadsEmail: false, enableConversationEmails: false, email: null },
      customBackend: null,
      bearer: null,
    });
  });

  test("chatbots are listed newest first, and only one's own", async () => {
    const { key } = await gateway.newUser();
    const first = await create({ chatbotName: "First" }, key);
    const second = await create({ chatbotName: "Second" }, key);
    const { json } = await gateway.call("GET", "get-chatbots", { key });
    const ids = (json as { chatbots: { chatbotId: string; createdAt: number }[] }).chatbots.map(({ chatbotId }) => chatbotId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids)).toEqual(new Set([first, second]));
  });

  test("a chatbot past the plan's limit is refused, and nothing is created", async () => {
    const { key } = await gateway.newUser("entry");
    const plan = (await gateway.call("GET", "current-plan", { key })).json as { plan: { chatbotsLimit: number } };
    for (let index = 0; index < plan.plan.chatbotsLimit; index++) await create({ chatbotName: `No. ${index}` }, key);
    const refused = await gateway.call("POST", "create-chatbot", { key, body: { chatbotName: "One more" } });
    expect([refused.status, refused.json]).toEqual([402, problem("Chatbot limit reached")]);
    const { json } = await gateway.call("GET", "get-chatbots", { key });
    expect((json as { chatbots: unknown[] }).chatbots).toHaveLength(plan.plan.chatbotsLimit);
  });
});

describe("settings (E7)", () => {
  const all = {
    chatbotName: "Renamed",
    basePrompt: "Be brief.",
    initialMessages: ["Hello"],
    suggestedMessages: ["Prices?"],
    visibility: "public",
    onlyAllowOnAddedDomains: true,
    domains: ["example.com"],
    rateLimitPoints: 5,
    rateLimitTimeframe: 60,
    rateLimitMessage: "",
    baseModel: "gpt-4o",
    temperature: 0.5,
    storeChat: false,
    qALinks: [{ text: "Help", link: "https://example.com/help" }],
    showCalendar: true,
    calendarUrl: "https://calendly.com/me",
    calendarMessage: "",
    enableBouncingAnimation: false,
    ignoreDataSource: true,
    leadsConfig: {
      message: "m",
      collectName: true,
      collectEmail: true,
      collectPhone: true,
      nameMessage: "n",
      emailMessage: "e",
      phoneMessage: "p",
    },
    notification: { enableLeadsEmail: true, enableConversationEmails: true, email: "a@example.com" },
    customBackend: "https://backend.example.com/chat",
    bearer: "token",
  };
  const styles = {
    theme: "dark",
    buttonColor: "#ff0000",
    displayName: "Helper",
    alignChatButton: "left",
    userMessageColor: "rgb(1, 2, 3)",
  };

  test("every setting is stored and returned, and null returns each to its default", async () => {
    const chatbotId = await create({ chatbotName: "Original" });
    const before = await read(chatbotId);
    const given = { ...all, styles: { ...styles, autoOpenChatWindowAfter: 3, profilePictureFile: "ignored" } };
    expect((await update({ chatbotId, ...given })).json).toEqual({ status: "success" });
    const stored = { ...styles, autoOpenChatWindowAfter: 3, profilePictureFile: null, bubblePictureFile: null };
    expect(await read(chatbotId)).toMatchObject({ ...all, styles: stored });
    const nulls = Object.fromEntries([...Object.keys(all), "styles"].map((name) => [name, null]));
    expect((await update({ chatbotId, ...nulls })).json).toEqual({ status: "success" });
    // A null chatbotName counts as absent, and the header's name follows it.
    const name = { chatbotName: "Renamed", styles: { ...(before["styles"] as object), displayName: "Renamed" } };
    expect(await read(chatbotId)).toEqual({ ...before, ...name });
  });

  test("a header without a name is kept apart from one that shows the chatbot's", async () => {
    const chatbotId = await create({ chatbotName: "Named" });
    await update({ chatbotId, styles: { displayName: "" } });
    expect(await read(chatbotId)).toHaveProperty("styles.displayName", "");
    await update({ chatbotId, styles: { displayName: null } });
    expect(await read(chatbotId)).toHaveProperty("styles.displayName", "Named");
  });

  test("groups are merged key by key, lists are replaced, and a negative delay means never", async () => {
    const chatbotId = await create({ chatbotName: "Merged" });
    await update({
      chatbotId,
      leadsConfig: { collectName: "true", nameMessage: "Who?" },
      suggestedMessages: ["a", "b"],
      styles: { autoOpenChatWindowAfter: 9 },
    });
    await update({
      chatbotId,
      leadsConfig: { nameMessage: null, collectEmail: true },
      suggestedMessages: ["c"],
      styles: { autoOpenChatWindowAfter: -1 },
    });
    expect(await read(chatbotId)).toMatchObject({
      leadsConfig: { collectName: true, collectEmail: true, collectPhone: false, nameMessage: "Name" },
      suggestedMessages: ["c"],
      styles: { autoOpenChatWindowAfter: null, theme: "light" },
    });
  });

  test("one bad field changes nothing", async () => {
    const chatbotId = await create({ chatbotName: "Whole" });
    const refused = await update({ chatbotId, chatbotName: "Half", temperature: 2 });
    expect([refused.status, refused.json]).toEqual([
      400,
      {
        ...problem("temperature must be between 0 and 1"),
        errors: [{ field: "temperature", message: "temperature must be between 0 and 1" }],
      },
    ]);
    expect(await read(chatbotId)).toMatchObject({ chatbotName: "Whole", temperature: 0 });
  });

  test("a calendar needs its address, and features need their plan", async () => {
    const chatbotId = await create({ chatbotName: "Calendar" });
    expect((await update({ chatbotId, showCalendar: true })).json).toEqual(
      problem("calendarUrl is required when showCalendar is true"),
    );
    const free = await gateway.newUser("free");
    await gateway.process.clients.account.setPlan({ planName: "entry" }, gateway.process.as(free.userId));
    const theirs = await create({ chatbotName: "Entry" }, free.key);
    const asked = { key: free.key, body: { chatbotId: theirs, baseModel: "gpt-4" } };
    await gateway.process.clients.account.setPlan({ planName: "free" }, gateway.process.as(free.userId));
    expect((await gateway.call("POST", "update-chatbot-settings", asked)).json).toEqual(
      problem("API access is not included in your current plan"),
    );
  });

  test("text comes back byte by byte", async () => {
    const chatbotId = await create({ chatbotName: "Bytes" });
    const basePrompt = "\u202eright to left\u202c 🎈 é e\u0301 \u0001\t\n \"'<>&";
    await update({ chatbotId, basePrompt });
    expect(await read(chatbotId)).toMatchObject({ basePrompt });
  });

  test("domains lose scheme and path", async () => {
    const chatbotId = await create({ chatbotName: "Domains" });
    await update({ chatbotId, domains: ["https://Shop.example.com/path?x", "*.example.org", "localhost:3000"] });
    expect(await read(chatbotId)).toMatchObject({ domains: ["shop.example.com", "*.example.org", "localhost:3000"] });
  });
});

describe("the plan (E28)", () => {
  test("shows what is used and what is left", async () => {
    const { key } = await gateway.newUser("standard");
    await create({ chatbotName: "One" }, key);
    const { json } = await gateway.call("GET", "current-plan", { key });
    conforms(getCurrentPlan, json);
    expect(json).toMatchObject({
      email: expect.stringContaining("@example.com"),
      plan: {
        subscriptions: { standard: 1 },
        chatbots: 1,
        chatbotsLimit: 5,
        remainingCredits: 10_000,
        chatbotCharactersLimit: 11_000_000,
      },
    });
  });
});
