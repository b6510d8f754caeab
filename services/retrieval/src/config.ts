import { settings } from "@parlance/platform";

export const retrievalConfig = {
  /** Batches of chunks that are embedded and indexed side by side. */
  PARLANCE_RETRIEVAL_CONCURRENCY: settings.wholeNumber({ min: 1, max: 64 }).default(8).describe("batches indexed side by side"),
  /** Answers kept for the same question to the same knowledge, for ten minutes each. */
  PARLANCE_RETRIEVAL_CACHE_ENTRIES: settings
    .wholeNumber({ min: 0, max: 100_000 })
    .default(1_000)
    .describe("searches kept for repetition"),
};
