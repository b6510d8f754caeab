import { consumer, type ConsumerDefinition } from "@parlance/platform";
import type { IngestionContext } from "../context.ts";

/** About ten minutes of trying: an answer that is lost is waited for a quarter of an hour before its batch is sent again. */
const retry = { maxAttempts: 14 };

export function countBatch({ worker }: IngestionContext, options: { concurrency: number }): ConsumerDefinition {
  return consumer(
    "retrieval.document.indexed.v1",
    ({ chatbotId, jobId, batchNumber, failure }, event) =>
      worker.count({ tenant: event.tenant, chatbotId, jobId }, { batch: batchNumber, failure }, event),
    { ...options, retry },
  );
}
