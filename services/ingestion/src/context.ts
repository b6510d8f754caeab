import type { ServiceImpl } from "@connectrpc/connect";
import type { ingestion } from "@parlance/contracts";
import type { Clients, Clock, Logger } from "@parlance/platform";
import type { BlobStore } from "@parlance/ports";
import type { IngestionStores } from "./domain/stores.ts";
import type { TrainingWorker } from "./domain/training-worker.ts";

/** What the domain of this service works with. */
export interface Workshop {
  stores: IngestionStores;
  blobs: BlobStore;
  clients: Pick<Clients, "account" | "chatbots" | "retrieval">;
  log: Logger;
  clock: Clock;
}

/** What handlers and consumers of this service share. */
export interface IngestionContext extends Workshop {
  worker: TrainingWorker;
}

/** One RPC of the service. */
export type Handler<Method extends keyof ServiceImpl<typeof ingestion.IngestionService>> = Pick<
  ServiceImpl<typeof ingestion.IngestionService>,
  Method
>;
