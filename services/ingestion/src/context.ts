import type { ServiceImpl } from "@connectrpc/connect";
import type { ingestion } from "@parlance/contracts";
import type { IngestionDeps } from "./domain/deps.ts";
import type { TrainingWorker } from "./domain/training-worker.ts";

/** What handlers and consumers of this service share. */
export interface IngestionContext extends IngestionDeps {
  worker: TrainingWorker;
}

/** One RPC of the service. */
export type Handler<Method extends keyof ServiceImpl<typeof ingestion.IngestionService>> = Pick<
  ServiceImpl<typeof ingestion.IngestionService>,
  Method
>;
