import { PoisonEventError, type RetryPolicy } from "@parlance/ports";
import { errorText } from "./log.ts";

/** What became of one attempt. */
export type Outcome =
  | { kind: "handled" }
  | { kind: "retry"; attempts: number; error: string; delayMs: number }
  | { kind: "dead"; attempts: number; error: string };

/** Decides what follows when attempt number `attempts` (from 1) ended in `error`. */
export function afterFailure(error: unknown, attempts: number, policy: RetryPolicy = {}): Outcome {
  const { maxAttempts = 5 } = policy;
  const text = errorText(error);
  if (error instanceof PoisonEventError || attempts >= maxAttempts) return { kind: "dead", attempts, error: text };
  return { kind: "retry", attempts, error: text, delayMs: pauseAfter(attempts, policy) };
}

/** The wait after so many failed attempts, in milliseconds. */
export function pauseAfter(attempts: number, { firstDelayMs = 1000, maxDelayMs = 60_000 }: RetryPolicy = {}): number {
  return Math.min(firstDelayMs * 2 ** (attempts - 1), Math.max(firstDelayMs, maxDelayMs));
}
