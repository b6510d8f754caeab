import { defineService } from "@parlance/platform";
import { retrieval as proto } from "@parlance/contracts";
import { retrievalConfig } from "./config.ts";
import { eraseChatbot } from "./consumers/erase-chatbot.ts";
import { indexDocument } from "./consumers/index-document.ts";
import { purgeEnded } from "./consumers/purge-ended.ts";
import { examineRetrieval } from "./domain/examination.ts";
import { openGenerations } from "./domain/generations.ts";
import { createSearcher } from "./domain/search.ts";
import type { RetrievalContext } from "./context.ts";
import { activateGeneration } from "./handlers/activate-generation.ts";
import { beginGeneration } from "./handlers/begin-generation.ts";
import { discardGeneration } from "./handlers/discard-generation.ts";
import { inspectGenerations } from "./handlers/inspect-generations.ts";
import { measureSupport } from "./handlers/measure-support.ts";
import { search } from "./handlers/search.ts";

/** Owns chunks, embeddings and generations; decides what is relevant to a query. */
export const retrieval = defineService({
  name: "retrieval",
  config: retrievalConfig,
  needs: [],
  ports: ["documents", "search", "events", "blobs", "embedder"],
  create: ({ config, ports, clients, log, clock }) => {
    const generations = openGenerations(ports.documents);
    const context: RetrievalContext = {
      ports,
      log,
      clock,
      generations,
      searcher: createSearcher({ ports, generations, clock, cacheEntries: config.PARLANCE_RETRIEVAL_CACHE_ENTRIES }),
    };
    return {
      routes: (router) => {
        router.service(proto.RetrievalService, {
          ...search(context),
          ...measureSupport(context),
          ...beginGeneration(context),
          ...activateGeneration(context),
          ...discardGeneration(context),
          ...inspectGenerations(context),
        });
      },
      consumers: [
        indexDocument(context, { concurrency: config.PARLANCE_RETRIEVAL_CONCURRENCY }),
        purgeEnded(context),
        eraseChatbot(context),
      ],
      // chat is not needed to serve; where it cannot be reached, the examination says so.
      examination: examineRetrieval(generations, clients),
    };
  },
});
