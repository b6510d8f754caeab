import { newUuid, type Identity } from "@parlance/platform";
import { crawlJob } from "./crawl-job.ts";
import type { CrawlTools } from "./crawl-page.ts";
import type { IngestionDeps } from "./deps.ts";
import type { JobKey } from "./job-blobs.ts";

/** Crawls in the background, because pages come slowly and an event must not wait for them. */
export interface Crawlers {
  /** Begins to crawl a job's pages, unless that is under way. `onPage` is called after each. */
  begin(at: JobKey, identity: Identity, onPage: () => Promise<void>): void;
  /** Resolves when no crawl is under way any more; they end when the process's signal aborts. */
  idle(): Promise<void>;
}

/** Jobs that are crawled side by side. */
const most = 16;

export function createCrawlers(deps: IngestionDeps, tools: CrawlTools, signal: AbortSignal): Crawlers {
  const worker = newUuid();
  const running = new Map<string, Promise<void>>();
  return {
    begin(at, identity, onPage) {
      // One that finds no room is begun again when unfinished training is looked for.
      if (running.has(at.jobId) || running.size >= most || signal.aborted) return;
      const crawl = crawlJob(deps, tools, at, { identity, worker, signal, onPage })
        .catch((error: unknown) => {
          if (!signal.aborted) deps.log.warn({ err: error, chatbotId: at.chatbotId, jobId: at.jobId }, "crawling is held up");
        })
        .finally(() => running.delete(at.jobId));
      running.set(at.jobId, crawl);
    },
    idle: async () => void (await Promise.all(running.values())),
  };
}
