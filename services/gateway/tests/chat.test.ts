import { startOpenAiServer, type OpenAiServer } from "@parlance/testkit/openai-server";
import { until } from "@parlance/testkit";
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getConversation, listConversations } from "../src/schemas/conversations.ts";
import { startGateway, type TestGateway } from "./_gateway.ts";

let model: OpenAiServer;
let gateway: TestGateway;
let chatbotId: string;
beforeAll(async () => {
  model = await startOpenAiServer();
  gateway = await startGateway({ PARLANCE_MODEL_URL: model.baseUrl });
  const created = await gateway.call("POST", "create-chatbot", { body: { chatbotName: "Talker" } });
  chatbotId = (created.json as { chatbotId: string }).chatbotId;
  await gateway.call("POST", "update-chatbot-settings", { body: { chatbotId, ignoreDataSource: true } });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await model.close();
});

const problem = (message: string) => ({ status: "error", message });
const answerText = "The answer is in the handbook.";
const ask = (body: object) =>
  gateway.call("POST", "chat", { body: { chatbotId, messages: [{ role: "user", content: "Where is it?" }], ...body } });

interface Conversation {
  conversationId: string;
  messages: { role: string; content: string }[];
}
const conversation = async (id: string) =>
  ((await gateway.call("GET", `get-conversation/${encodeURIComponent(id)}`)).json as { conversation: Conversation }).conversation;

/** Opens a streamed answer and gives its head; the body is the test's to read. */
async function stream(body: object = {}) {
  const payload = JSON.stringify({ chatbotId, messages: [{ role: "user", content: "Where is it?" }], stream: true, ...body });
  const headers = { authorization: `Bearer ${gateway.key}`, "content-type": "application/json" };
  const client = request({ host: "127.0.0.1", port: gateway.port, path: "/api/v2/chat", method: "POST", headers, agent: false });
  client.end(payload);
  const [response] = (await once(client, "response")) as [IncomingMessage];
  return { client, response };
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of response) text += String(piece);
  return text;
}

describe("a whole answer (E16)", () => {
  test("is bare text, names its conversation and tells its cost", async () => {
    const answer = await ask({});
    expect([answer.status, answer.text]).toEqual([200, answerText]);
    expect(answer.headers).toMatchObject({ "content-type": "text/plain; charset=utf-8", "x-cost-credits": "1" });
    expect(answer.headers["x-conversation-id"]).toMatch(/^[0-9a-f]{24}$/);
  });

  test("costs by its model", async () => {
    expect((await ask({ baseModel: "gpt-4" })).headers["x-cost-credits"]).toBe("10");
    expect((await ask({ baseModel: "claude-3-5-sonnet" })).headers["x-cost-credits"]).toBe("2");
  });

  test("of a model that is down is 503 with Retry-After, and costs nothing", async () => {
    const credits = async () =>
      ((await gateway.call("GET", "current-plan")).json as { plan: { remainingCredits: number } }).plan.remainingCredits;
    const before = await credits();
    model.failNext(...Array.from({ length: 3 }, () => ({ kind: "status", status: 503 }) as const));
    const answer = await ask({});
    expect([answer.status, answer.json, answer.headers["retry-after"]]).toEqual([
      503,
      problem("The language model is temporarily unavailable"),
      "5",
    ]);
    expect(await credits()).toBe(before);
  });

  test("needs credits", async () => {
    const { key, userId } = await gateway.newUser("entry");
    const created = await gateway.call("POST", "create-chatbot", { key, body: { chatbotName: "Poor" } });
    const poor = (created.json as { chatbotId: string }).chatbotId;
    await gateway.call("POST", "update-chatbot-settings", { key, body: { chatbotId: poor, ignoreDataSource: true } });
    await gateway.process.clients.account.reserveCredits({ answerId: "all", credits: 1_995 }, gateway.process.as(userId));
    const messages = [{ role: "user", content: "x" }];
    const answer = await gateway.call("POST", "chat", { key, body: { chatbotId: poor, messages, baseModel: "gpt-4" } });
    expect([answer.status, answer.json]).toEqual([402, problem("Message credits exhausted")]);
    expect((await gateway.call("POST", "chat", { key, body: { chatbotId: poor, messages } })).status).toBe(200);
  });
});

describe("a streamed answer (E16)", () => {
  test("comes in chunks without framing, and its concatenation is the answer", async () => {
    const { response } = await stream();
    expect(response.headers).toMatchObject({ "content-type": "text/plain; charset=utf-8", "transfer-encoding": "chunked" });
    expect(response.headers["x-conversation-id"]).toMatch(/^[0-9a-f]{24}$/);
    expect(await textOf(response)).toBe(answerText);
  });

  test("shows its first piece while the model still thinks", async () => {
    model.failNext({ kind: "hang-after-first-token" });
    const { client, response } = await stream();
    const [first] = (await once(response, "data")) as [Buffer];
    expect(answerText.startsWith(String(first))).toBe(true);
    client.destroy();
  });

  test("that fails before its first piece is an error with its status", async () => {
    model.failNext(...Array.from({ length: 3 }, () => ({ kind: "status", status: 500 }) as const));
    const { response } = await stream();
    expect([response.statusCode, JSON.parse(await textOf(response))]).toEqual([
      503,
      problem("The language model is temporarily unavailable"),
    ]);
  });

  test("that fails after its first piece is cut off, and what was said is stored", async () => {
    model.failNext({ kind: "reset-mid-stream" });
    const { response } = await stream({ conversationId: "cut" });
    const id = String(response.headers["x-conversation-id"]);
    await expect(textOf(response)).rejects.toMatchObject({ code: "ECONNRESET" });
    const stored = await until("the partial answer is stored", async () => {
      const found = await conversation(id);
      return found?.messages.length === 2 ? found : undefined;
    });
    expect(answerText.startsWith(stored.messages[1]?.content ?? "-")).toBe(true);
  });

  test("is given up when the client leaves: the model is asked no further", async () => {
    model.failNext({ kind: "hang-after-first-token" });
    const { client, response } = await stream();
    await once(response, "data");
    client.destroy();
    expect(await model.requests.at(-1)?.ended).toBe("disconnected");
  });
});

describe("conversations (E17, E24, E25)", () => {
  test("an answer is stored under the id the caller chose, whatever its letters", async () => {
    const id = "Zürich 🎈 #1?&%2F";
    expect((await ask({ conversationId: id })).status).toBe(200);
    const answer = await gateway.call("GET", `get-conversation/${encodeURIComponent(id)}`);
    (getConversation.answer as { parse(value: unknown): unknown }).parse(answer.json);
    expect(await conversation(id)).toMatchObject({
      conversationId: id,
      source: "api",
      messages: [
        { role: "user", content: "Where is it?" },
        { role: "assistant", content: answerText },
      ],
    });
  });

  test("appended messages extend the history, others replace it", async () => {
    await ask({ conversationId: "history" });
    await ask({ conversationId: "history", appendMessages: "true" });
    expect((await conversation("history")).messages).toHaveLength(4);
    await ask({ conversationId: "history" });
    expect((await conversation("history")).messages).toHaveLength(2);
  });

  test("lists are paged, filtered and counted", async () => {
    const created = await gateway.call("POST", "create-chatbot", { body: { chatbotName: "Pages" } });
    const pages = (created.json as { chatbotId: string }).chatbotId;
    await gateway.call("POST", "update-chatbot-settings", { body: { chatbotId: pages, ignoreDataSource: true } });
    for (const conversationId of ["c1", "c2", "c3"]) await ask({ chatbotId: pages, conversationId });
    const list = async (query: string) => {
      const { json } = await gateway.call("GET", `get-conversations/${pages}?${query}`);
      (listConversations.answer as { parse(value: unknown): unknown }).parse(json);
      return json as { conversations: (Conversation & { createdAt: number })[]; total: number };
    };
    const all = await list("");
    expect([all.total, all.conversations.length]).toEqual([3, 3]);
    const ids = all.conversations.map(({ conversationId }) => conversationId);
    expect((await list("start=1&size=1")).conversations.map(({ conversationId }) => conversationId)).toEqual([ids[1]]);
    expect(await list("start=9")).toEqual({ status: "success", conversations: [], total: 3 });
    expect((await list("source=widget")).total).toBe(0);
    expect((await list("source=&size=2")).conversations).toHaveLength(2);
    const newest = all.conversations[0]?.createdAt ?? 0;
    expect((await list(`startTimestamp=${newest + 1}`)).total).toBe(0);
    expect((await list(`endTimestamp=${newest}`)).total).toBe(3);
  });

  test("a page larger than an RPC message comes whole", async () => {
    const content = "ü".repeat(30_000);
    const messages = Array.from({ length: 120 }, () => ({ role: "user", content }));
    expect((await ask({ conversationId: "large", messages })).status).toBe(200);
    expect((await conversation("large")).messages).toHaveLength(121);
    const { json } = await gateway.call("GET", `get-conversations/${chatbotId}`);
    const listed = (json as { conversations: Conversation[] }).conversations.find(
      ({ conversationId }) => conversationId === "large",
    );
    expect(listed?.messages.filter((message) => message.content === content)).toHaveLength(120);
  });

  test("a deleted conversation is gone; the ids may stand in the query, which wins, or in the body", async () => {
    const remove = (query: string, body?: object | null) =>
      gateway.call("DELETE", `delete-conversation${query}`, body === undefined ? {} : { body });
    const done = { status: "success", message: "Conversation deleted successfully." };
    await ask({ conversationId: "d1" });
    await ask({ conversationId: "d2" });
    expect((await remove(`?chatbotId=${chatbotId}&conversationId=d1`, { conversationId: "d2" })).json).toEqual(done);
    expect((await gateway.call("GET", "get-conversation/d1")).json).toEqual(problem("Conversation not found"));
    // Clients made by generators send a body that is left out as null.
    await ask({ conversationId: "d3" });
    expect((await remove(`?chatbotId=${chatbotId}&conversationId=d3`, null)).json).toEqual(done);
    expect((await remove("", { chatbotId, conversationId: "d2" })).json).toEqual(done);
    expect((await remove("", { chatbotId, conversationId: "d2" })).json).toEqual(problem("Conversation not found"));
    expect((await remove(`?chatbotId=${chatbotId}`)).json).toMatchObject(problem("conversationId is required"));
    expect((await remove("")).json).toMatchObject(problem("chatbotId is required"));
  });
});

test("the log holds nothing that was typed or answered", () => {
  expect(gateway.logged()).not.toMatch(/Where is it|handbook/);
});
