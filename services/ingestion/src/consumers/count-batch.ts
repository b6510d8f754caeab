import { consumer, type ConsumerDefinition } from "@parlance/platform";
import type { IngestionContext } from "../context.ts";
import { trainingRetry } from "./retry-policy.ts";

export function countBatch({ worker }: IngestionContext, options: { concurrency: number }): ConsumerDefinition {
  return consumer(
    "retrieval.document.indexed.v1",
    ({ chatbotId, jobId, batchNumber, failure }, event) =>
      worker.count({ tenant: event.tenant, chatbotId, jobId }, { batch: batchNumber, failure }, event),
    { ...options, retry: trainingRetry },
  );
}
