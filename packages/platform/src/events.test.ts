import { expect, test } from "vitest";
import { persistentRetry } from "./events.ts";

test("what must come about is tried for a day before it is given up", () => {
  const { maxAttempts = 0, maxDelayMs = 0, firstDelayMs = 1_000 } = persistentRetry;
  const delays = Array.from({ length: maxAttempts - 1 }, (_, attempt) => Math.min(firstDelayMs * 2 ** attempt, maxDelayMs));
  expect(delays.reduce((sum, delay) => sum + delay, 0)).toBeGreaterThan(24 * 3_600_000);
  expect(Math.max(...delays), "soon after an outage it is done").toBeLessThanOrEqual(60_000);
});
