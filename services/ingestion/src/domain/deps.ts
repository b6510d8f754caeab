import type { Clients, Clock, Logger } from "@parlance/platform";
import type { BlobStore } from "@parlance/ports";
import type { IngestionStores } from "./stores.ts";

/** What the domain of this service works with. */
export interface IngestionDeps {
  stores: IngestionStores;
  blobs: BlobStore;
  clients: Pick<Clients, "account" | "chatbots" | "retrieval">;
  log: Logger;
  clock: Clock;
}
