import { expect, it } from "vitest";
import { pauseAfter } from "./retry-policy.ts";

it("the wait before the next attempt doubles up to the longest", () => {
  const policy = { firstDelayMs: 1_000, maxDelayMs: 5_000 };
  expect([1, 2, 3, 4, 40].map((attempts) => pauseAfter(attempts, policy))).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
});
