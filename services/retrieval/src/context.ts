import type { ServiceImpl } from "@connectrpc/connect";
import type { retrieval } from "@parlance/contracts";
import type { Clock, Logger } from "@parlance/platform";
import type { Ports } from "@parlance/ports";
import type { Generations } from "./domain/generations.ts";
import type { Searcher } from "./domain/search.ts";

/** What handlers and consumers of this service share. */
export interface RetrievalContext {
  ports: Ports;
  log: Logger;
  clock: Clock;
  generations: Generations;
  searcher: Searcher;
}

/** One RPC of the service. */
export type Handler<Method extends keyof ServiceImpl<typeof retrieval.RetrievalService>> = Pick<
  ServiceImpl<typeof retrieval.RetrievalService>,
  Method
>;
