import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { newUser, startAccount } from "./support.ts";

const server = process.env["PARLANCE_TEST_MONGODB_URL"];

describe.skipIf(server === undefined)("replicas on one database", () => {
  it("let a user through 600 times a minute in all, whichever of them and of its keys is used", { timeout: 60_000 }, async () => {
    const url = new URL(server ?? "mongodb://127.0.0.1");
    url.pathname = `/test-${randomUUID()}`;
    const env = { PARLANCE_DOCUMENTS_URL: url.href };
    await using first = await startAccount({ env });
    await using second = await startAccount({ env });
    const user = await newUser(first);
    const made = await Promise.all([1, 2, 3].map(() => first.clients.account.createApiKey({}, user.as)));
    let passed = 0;
    const refused: unknown[] = [];
    const ask = async (replica: typeof first, requests: number) => {
      for (let request = 0; request < requests; request++) {
        const { rateLimit } = await replica.clients.account.authenticate({ apiKey: made[request % 3]?.key ?? "" });
        if (rateLimit?.retryAfterSeconds === 0) passed++;
        else refused.push(rateLimit?.remaining);
      }
    };
    await Promise.all([ask(first, 200), ask(first, 200), ask(second, 200), ask(second, 200)]);
    expect(passed).toBe(600);
    expect(refused).toEqual(Array.from({ length: 200 }, () => 0));
  });
});
