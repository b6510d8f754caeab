import { StoreError } from "@parlance/ports";
import { MongoError } from "mongodb";
import { asStoreError, isUncertain, reasonOf } from "./errors.ts";

const patienceMilliseconds = 10_000;
const firstWaitMilliseconds = 50;
const longestWaitMilliseconds = 1000;

/**
 * Runs an operation until its outcome is known. `uncertain` is true once an earlier attempt may have been carried out although its
 * answer was lost: a write then has to find out before it writes again.
 * @throws StoreError `unavailable` after ten seconds without an outcome
 */
export async function untilCertain<R>(what: string, operation: (uncertain: boolean) => Promise<R>): Promise<R> {
  const end = performance.now() + patienceMilliseconds;
  let wait = firstWaitMilliseconds;
  for (let uncertain = false; ; uncertain = true) {
    try {
      return await operation(uncertain);
    } catch (error) {
      if (!isUncertain(error)) throw asStoreError(error, what);
      if (performance.now() + wait > end) {
        const reason = error instanceof MongoError ? ` (${reasonOf(error)})` : "";
        throw new StoreError("unavailable", `MongoDB gave no answer about ${what} in time${reason}`, { cause: error });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 2, longestWaitMilliseconds);
  }
}
