import { Code, ConnectError } from "@connectrpc/connect";
import { common } from "@parlance/contracts";
import type { Clock } from "@parlance/platform";
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

/** A clock that moves when it is told to. */
export function settableClock() {
  let now = Date.parse("2026-03-10T12:00:00Z");
  const clock: Clock = { now: () => now, sleep: () => Promise.resolve() };
  return { clock, advance: (ms: number) => (now += ms) };
}

/** The reason and code of a call's failure. */
export async function failureOf(call: Promise<unknown>): Promise<{ reason: string | undefined; code: string; message: string }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const [info] = error.findDetails(common.ErrorInfoSchema);
    return { reason: info?.reason, code: Code[error.code], message: error.rawMessage };
  }
  throw new Error("the call did not fail");
}
