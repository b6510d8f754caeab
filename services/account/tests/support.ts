import { startTestProcess, type TestProcess, type TestProcessOptions } from "@parlance/testkit";
import { account } from "../src/service.ts";

export type { TestProcess };

/** The service embeds nothing, so no test waits until the local model is loaded. */
const embedsNothing = { PARLANCE_EMBEDDINGS_URL: "http://127.0.0.1:9" };

export function startAccount(options: TestProcessOptions = {}): Promise<TestProcess> {
  return startTestProcess([account], { ...options, env: { ...embedsNothing, ...options.env } });
}

/** A new user on a plan, with the options of calls made for it. */
export async function newUser(running: TestProcess, planName = "free") {
  const { user } = await running.clients.account.createUser({ email: `${crypto.randomUUID()}@example.com`, planName });
  if (user === undefined) throw new Error("the answer names no user");
  return { id: user.userId, as: running.as(user.userId) };
}
