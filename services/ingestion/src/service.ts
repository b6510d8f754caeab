import { ingestion as proto } from "@parlance/contracts";
import { createRobots, createSafeFetch } from "@parlance/egress";
import { createPlaces, defineService } from "@parlance/platform";
import { ingestionConfig } from "./config.ts";
import { countBatch } from "./consumers/count-batch.ts";
import { eraseChatbot } from "./consumers/erase-chatbot.ts";
import { takeUpQueue } from "./consumers/take-up-queue.ts";
import type { IngestionContext } from "./context.ts";
import { pausesAfterFailure } from "./crawling/fetch-page.ts";
import { createHostPace } from "./crawling/host-pace.ts";
import { createCrawlers } from "./domain/crawlers.ts";
import type { IngestionDeps } from "./domain/deps.ts";
import { examineIngestion } from "./domain/examination.ts";
import { keepGoing } from "./domain/keep-going.ts";
import { openStores } from "./domain/stores.ts";
import { createTrainingWorker } from "./domain/training-worker.ts";
import { cancelJobs } from "./handlers/cancel-jobs.ts";
import { getTrainingStatus } from "./handlers/get-training-status.ts";
import { listSources } from "./handlers/list-sources.ts";
import { startJob } from "./handlers/start-job.ts";
import { summarizeTraining } from "./handlers/summarize-training.ts";
import { createParser } from "./parsing/parser.ts";

/** How often unfinished training is looked for; in between, events drive it. */
const lookEveryMs = 60_000;

/** Pages, of at most 20 MiB each, that are fetched and held in memory before it is their turn. */
const mostPagesAhead = 12;

/** Owns sources, documents, revisions and training jobs; decides what to fetch, how to chunk it, and when a job is done. */
export const ingestion = defineService({
  name: "ingestion",
  config: ingestionConfig,
  needs: ["account", "chatbots", "retrieval"],
  ports: ["documents", "events", "blobs"],
  create: ({ config, ports, clients, log, clock, signal }) => {
    const deps: IngestionDeps = { stores: openStores(ports.documents), blobs: ports.blobs, clients, log, clock };
    const safeFetch = createSafeFetch({ allow: config.PARLANCE_EGRESS_ALLOW });
    const pauseMs = config.PARLANCE_CRAWL_PAUSE_MS;
    // Ends with the process, which must not wait for it.
    const pause = () => clock.sleep(pausesAfterFailure * pauseMs, signal).catch(() => {});
    const robots = createRobots({ safeFetch, now: () => clock.now(), pause });
    const fetcher = { safeFetch, robots, pace: createHostPace(clock), clock, pauseMs };
    const parser = createParser();
    const crawlers = createCrawlers(deps, { fetcher, parser, places: createPlaces(mostPagesAhead) }, signal);
    const context: IngestionContext = { ...deps, worker: createTrainingWorker(deps, crawlers) };
    const concurrency = config.PARLANCE_INGESTION_CONCURRENCY;
    let looking = Promise.resolve();
    return {
      routes: (router) => {
        router.service(proto.IngestionService, {
          ...startJob(context),
          ...cancelJobs(context),
          ...getTrainingStatus(context),
          ...summarizeTraining(context),
          ...listSources(context),
        });
      },
      consumers: [takeUpQueue(context, { concurrency }), countBatch(context, { concurrency }), eraseChatbot(context)],
      start: async () => {
        looking = keepGoing(deps, context.worker, { everyMs: lookEveryMs, signal });
      },
      stop: async () => {
        parser.close();
        await looking;
        await crawlers.idle();
      },
      examination: examineIngestion(deps),
    };
  },
});
