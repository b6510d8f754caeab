import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { startGateway, type Answer, type TestGateway } from "./_gateway.ts";

interface Description {
  paths: Record<string, Record<string, { operationId: string; parameters?: { in: string; name: string }[]; requestBody?: object }>>;
}
const { paths } = parse(readFileSync(new URL("../openapi.yaml", import.meta.url), "utf8")) as Description;

const unknown = { chatbotId: "0123456789abcdef01234567", conversationId: "nobody-ever-said-this" };
type Ids = typeof unknown;

/** A valid body for each operation that has one, so that nothing but the id can be at fault. */
const bodies: Record<string, (ids: Ids) => object> = {
  createChatbot: () => ({ chatbotName: "Mine" }),
  retrainChatbot: ({ chatbotId }) => ({ chatbotId, sourceText: "text" }),
  updateChatbotSettings: ({ chatbotId }) => ({ chatbotId, temperature: 1 }),
  getConfidenceScore: ({ chatbotId }) => ({ chatbotId, messages: [{ role: "user", content: "x" }] }),
  queryKnowledgeBase: () => ({ query: "x" }),
  chat: ({ chatbotId, conversationId }) => ({ chatbotId, conversationId, messages: [{ role: "user", content: "x" }] }),
  deleteConversation: (ids) => ids,
};

const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId, parameters = [], requestBody }]) => {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const takesIds = named.length > 0 || (requestBody !== undefined && operationId !== "createChatbot");
    return { path, method: method.toUpperCase(), operationId, takesIds, hasBody: requestBody !== undefined, parameters };
  }),
);

let gateway: TestGateway;
let mine: { key: string };
let theirs: Ids & { key: string };

beforeAll(async () => {
  gateway = await startGateway();
  mine = await gateway.newUser();
  const owner = await gateway.newUser();
  const created = await gateway.call("POST", "create-chatbot", {
    key: owner.key,
    body: { chatbotName: "Theirs", sourceText: "Secret." },
  });
  const { chatbotId } = created.json as { chatbotId: string };
  const messages = [{ role: "user", content: "hello" }];
  await gateway.call("POST", "chat", { key: owner.key, body: { chatbotId, conversationId: "theirs", messages } });
  theirs = { key: owner.key, chatbotId, conversationId: "theirs" };
});
afterAll(() => gateway[Symbol.asyncDispose]());

function ask(operation: (typeof operations)[number], ids: Ids): Promise<Answer> {
  const path = operation.path.replace("{chatbotId}", ids.chatbotId).replace("{conversationId}", ids.conversationId);
  const body = bodies[operation.operationId]?.(ids);
  return gateway.call(operation.method, path, { key: mine.key, ...(operation.hasBody && { body }) });
}

/** What an answer tells, without what differs between any two. */
function told({ status, headers, text }: Answer) {
  const same = new Set(["x-request-id", "date", "ratelimit-remaining", "ratelimit-reset"]);
  return { status, text, headers: Object.entries(headers).filter(([name]) => !same.has(name)) };
}

describe("another user's ids", () => {
  test("every operation with a body has one here", () => {
    expect(Object.keys(bodies).sort()).toEqual(
      operations
        .filter(({ hasBody }) => hasBody)
        .map(({ operationId }) => operationId)
        .sort(),
    );
  });

  test.each(operations.filter(({ takesIds }) => takesIds))(
    "$method $path answers as for an unknown one, byte by byte",
    async (operation) => {
      const [foreign, random] = [await ask(operation, theirs), await ask(operation, unknown)];
      expect(foreign.status).toBe(404);
      expect(told(foreign)).toEqual(told(random));
    },
  );

  test("a foreign conversation is unknown under a chatbot of one's own", async () => {
    const own = await gateway.call("POST", "create-chatbot", { key: mine.key, body: { chatbotName: "Mine" } });
    const { chatbotId } = own.json as { chatbotId: string };
    const call = (conversationId: string) =>
      gateway.call("DELETE", "delete-conversation", { key: mine.key, body: { chatbotId, conversationId } });
    expect((await call("theirs")).json).toEqual({ status: "error", message: "Conversation not found" });
    expect(told(await call("theirs"))).toEqual(told(await call(unknown.conversationId)));
    const chosen = await gateway.call("GET", `get-conversation/theirs?chatbotId=${theirs.chatbotId}`, { key: mine.key });
    expect(chosen.json).toEqual({ status: "error", message: "Conversation not found" });
  });

  test("nothing of theirs was changed, and listings show only one's own", async () => {
    const status = await gateway.call("GET", `get-chatbot/${theirs.chatbotId}`, { key: theirs.key });
    expect(status.json).toMatchObject({ chatbot: { chatbotName: "Theirs", temperature: 0, numberOfConversations: 1 } });
    const mineListed = await gateway.call("GET", "get-chatbots", { key: mine.key });
    expect(mineListed.text).not.toContain(theirs.chatbotId);
  });

  test("query parameters that name an owner or an operator change nothing", async () => {
    const answer = await gateway.call("GET", "get-chatbots?tenantId=b&x[$ne]=1&sort=__proto__&fields=secret", { key: mine.key });
    expect(answer.text).toBe((await gateway.call("GET", "get-chatbots", { key: mine.key })).text);
  });

  test("a body cannot choose an id, an owner or a plan", async () => {
    const body = {
      chatbotName: "Chosen",
      chatbotId: theirs.chatbotId,
      ownerId: "x",
      tenantId: "x",
      plan: "professional",
      createdAt: 1,
    };
    const created = (await gateway.call("POST", "create-chatbot", { key: mine.key, body })).json as { chatbotId: string };
    expect(created.chatbotId).not.toBe(theirs.chatbotId);
    const read = await gateway.call("GET", `get-chatbot/${created.chatbotId}`, { key: mine.key });
    expect((read.json as { chatbot: { createdAt: number } }).chatbot.createdAt).toBeGreaterThan(1e12);
  });
});
