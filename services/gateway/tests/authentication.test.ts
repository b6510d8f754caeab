import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGateway, type TestGateway } from "./_gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const problem = (message: string) => ({ status: "error", message });
const plan = (headers: Record<string, string>) => gateway.call("GET", "current-plan", { key: "", headers });

describe("credentials", () => {
  test.each<[string, Record<string, string>, string]>([
    ["no header", {}, "Authorization header is missing"],
    ["an empty header", { authorization: "" }, "Authorization header is missing"],
    ["no key", { authorization: "Bearer " }, "Invalid Authorization header format"],
    ["another scheme", { authorization: "Basic dTpw" }, "Invalid Authorization header format"],
    ["two keys", { authorization: `Bearer sk-${"a".repeat(32)} x` }, "Invalid Authorization header format"],
    ["an unknown key", { authorization: `Bearer sk-${"a".repeat(32)}` }, "Invalid API key"],
    ["a key of the wrong form", { authorization: "Bearer x" }, "Invalid API key"],
    ["SQL", { authorization: "Bearer '/**/OR/**/1=1--" }, "Invalid API key"],
    ["a query object", { authorization: 'Bearer {"$ne":null}' }, "Invalid API key"],
    ["10 KiB", { authorization: `Bearer sk-${"a".repeat(10_240)}` }, "Invalid API key"],
    ["an unsigned JWT", { authorization: "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0." }, "Invalid API key"],
  ])("%s is answered 401", async (_name, headers, message) => {
    const answer = await plan(headers);
    expect([answer.status, answer.json, answer.headers["www-authenticate"]]).toEqual([401, problem(message), "Bearer"]);
    expect(answer.headers["ratelimit-limit"]).toBeUndefined();
  });

  test("a key in the query string is no credential, and is not logged", async () => {
    const answer = await gateway.call("GET", `current-plan?api_key=${gateway.key}`, { key: "" });
    expect(answer.json).toEqual(problem("Authorization header is missing"));
    expect(gateway.logged()).not.toContain(gateway.key);
  });

  test("the scheme's name may be written in any case", async () => {
    expect((await plan({ authorization: `bearer ${gateway.key}` })).status).toBe(200);
  });

  test("a revoked key stops working at once, and the user's other keys do not", async () => {
    const { userId, key } = await gateway.newUser();
    const { account } = gateway.process.clients;
    const second = await account.createApiKey({ label: "second" }, gateway.process.as(userId));
    const { apiKeys } = await account.listApiKeys({}, gateway.process.as(userId));
    const first = apiKeys.find(({ apiKeyId }) => apiKeyId !== second.apiKey?.apiKeyId);
    await account.revokeApiKey({ apiKeyId: first?.apiKeyId ?? "" }, gateway.process.as(userId));
    expect((await plan({ authorization: `Bearer ${key}` })).json).toEqual(problem("Invalid API key"));
    expect((await plan({ authorization: `Bearer ${second.key}` })).status).toBe(200);
  });

  test("a header that names another user is ignored", async () => {
    const other = await gateway.newUser();
    const headers = { "x-tenant-id": other.userId, "x-parlance-user": other.userId };
    const answer = await gateway.call("GET", "current-plan", { headers });
    expect(answer.json).not.toMatchObject({ email: "user-2@example.com" });
    expect(answer.status).toBe(200);
  });

  test("no answer and no log holds a key or its digest", async () => {
    const answer = await gateway.call("GET", "current-plan");
    const digest = createHash("sha256").update(gateway.key).digest("hex");
    for (const text of [answer.text, gateway.logged()]) {
      expect(text).not.toContain(gateway.key);
      expect(text).not.toContain(digest);
    }
  });
});

describe("the order of checks: what comes first answers", () => {
  test("route, method, authentication, plan, type, syntax, fields, ownership", async () => {
    const free = await gateway.newUser("free");
    const steps: [string, Parameters<TestGateway["call"]>, string][] = [
      ["route", ["PUT", "nothing", { key: "", body: "{" }], "Endpoint not found"],
      ["method", ["PUT", "chat", { key: "", body: "{" }], "Method not allowed"],
      [
        "authentication",
        ["POST", "chat", { key: "", body: "{", headers: { "content-type": "x/y" } }],
        "Authorization header is missing",
      ],
      [
        "plan",
        ["POST", "chat", { key: free.key, body: "{", headers: { "content-type": "x/y" } }],
        "API access is not included in your current plan",
      ],
      ["type", ["POST", "chat", { body: "{", headers: { "content-type": "x/y" } }], "Content-Type must be application/json"],
      ["syntax", ["POST", "chat", { body: "{" }], "Request body is not valid JSON"],
      ["fields", ["POST", "chat", { body: { chatbotId: "unknown" } }], "messages is required"],
      [
        "ownership",
        ["POST", "chat", { body: { chatbotId: "unknown", messages: [{ role: "user", content: "x" }] } }],
        "Chatbot not found",
      ],
    ];
    const answered: [string, string][] = [];
    const expected: [string, string][] = [];
    for (const [step, call, message] of steps) {
      answered.push([step, ((await gateway.call(...call)).json as { message: string }).message]);
      expected.push([step, message]);
    }
    expect(answered).toEqual(expected);
  });
});

describe("the rate limit", () => {
  test("is one pool for all keys of a user, and stands on every authenticated answer", async () => {
    await using limited = await startGateway({ PARLANCE_REQUESTS_PER_MINUTE: "5" });
    const user = await limited.newUser();
    const second = await limited.process.clients.account.createApiKey({ label: "2" }, limited.process.as(user.userId));
    const answers = [];
    for (let index = 0; index < 7; index++) {
      answers.push(
        await limited.call("GET", index === 1 ? "get-chatbot/x" : "get-chatbots", { key: index % 2 === 0 ? user.key : second.key }),
      );
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 200, 200, 200, 429, 429]);
    expect(answers.map(({ headers }) => headers["ratelimit-remaining"])).toEqual(["4", "3", "2", "1", "0", "0", "0"]);
    for (const { headers } of answers) {
      expect(headers["ratelimit-limit"]).toBe("5");
      expect(headers["ratelimit-reset"]).toMatch(/^\d{1,2}$/);
    }
    const refused = answers[5];
    const seconds = refused?.headers["retry-after"];
    expect(seconds).toMatch(/^[1-9]\d?$/);
    expect(refused?.json).toEqual(problem(`Rate limit exceeded. Try again in ${seconds} seconds.`));
    expect((await limited.call("GET", "get-chatbots")).status).toBe(200);
  });
});
