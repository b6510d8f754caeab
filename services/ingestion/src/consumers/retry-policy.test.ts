import { describe, expect, it } from "vitest";
import type { IngestionContext } from "../context.ts";
import { countBatch } from "./count-batch.ts";
import { takeUpQueue } from "./take-up-queue.ts";

describe("events that drive a training", () => {
  it.each([takeUpQueue, countBatch])("ask whoever was away again within ten seconds, for ten minutes at least: %o", (consumer) => {
    const { retry } = consumer({ worker: undefined } as unknown as IngestionContext, { concurrency: 1 });
    const { maxAttempts = 5, firstDelayMs = 1_000, maxDelayMs = 60_000 } = retry ?? {};
    const pauses = Array.from({ length: maxAttempts - 1 }, (_, failed) => Math.min(firstDelayMs * 2 ** failed, maxDelayMs));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(10_000);
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeGreaterThanOrEqual(600_000);
  });
});
