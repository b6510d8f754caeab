import type { RetryPolicy } from "@parlance/ports";

/**
 * Of the events that drive a training, which somebody waits for: whoever was away is asked again within ten seconds of being back. About ten
 * minutes of trying: an answer that is lost is waited for a quarter of an hour before its batch is sent again.
 */
export const trainingRetry: RetryPolicy = { maxAttempts: 65, maxDelayMs: 10_000 };
