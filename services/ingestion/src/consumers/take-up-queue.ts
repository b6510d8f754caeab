import { consumer, type ConsumerDefinition } from "@parlance/platform";
import type { IngestionContext } from "../context.ts";
import { trainingRetry } from "./retry-policy.ts";

export function takeUpQueue({ worker }: IngestionContext, options: { concurrency: number }): ConsumerDefinition {
  return consumer(
    "ingestion.job.started.v1",
    ({ chatbotId }, event) => worker.advance({ tenant: event.tenant, chatbotId }, event),
    { ...options, retry: trainingRetry },
  );
}
