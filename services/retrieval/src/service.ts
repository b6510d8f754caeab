import { defineService } from "@parlance/platform";
import { retrieval as proto } from "@parlance/contracts";
import { retrievalConfig } from "./config.ts";
import { eraseChatbot } from "./consumers/erase-chatbot.ts";
import { indexDocument } from "./consumers/index-document.ts";
import { purgeEnded } from "./consumers/purge-ended.ts";
import { openGenerations } from "./domain/generations.ts";
import { createSearcher } from "./domain/search.ts";
import type { RetrievalContext } from "./context.ts";
import { activateGeneration } from "./handlers/activate-generation.ts";
import { beginGeneration } from "./handlers/begin-generation.ts";
import { discardGeneration } from "./handlers/discard-generation.ts";
import { search } from "./handlers/search.ts";

/** Owns chunks, embeddings and generations; decides what is relevant to a query. */
export const retrieval = defineService({
  name: "retrieval",
  config: retrievalConfig,
  needs: [],
  create: ({ config, ports, log, clock }) => {
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
          ...beginGeneration(context),
          ...activateGeneration(context),
          ...discardGeneration(context),
        });
      },
      consumers: [
        indexDocument(context, { concurrency: config.PARLANCE_RETRIEVAL_CONCURRENCY }),
        purgeEnded(context),
        eraseChatbot(context),
      ],
    };
  },
});
