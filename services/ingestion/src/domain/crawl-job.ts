import type { Identity, Place } from "@parlance/platform";
import { createUnanswering } from "../crawling/unanswering.ts";
import { keepLease, wantedNow } from "./crawl-lease.ts";
import { fetchWanted, settlePage, type Crawl, type CrawlTools, type FetchedPage, type WantedPage } from "./crawl-page.ts";
import type { IngestionDeps } from "./deps.ts";
import { readItemsLeft, type JobKey } from "./job-blobs.ts";
import { readPageOptions } from "./page-options.ts";
import { pagesOf, readPage, writePage } from "./pages.ts";

export interface CrawlWork {
  identity: Identity;
  /** Names this worker among the replicas. */
  worker: string;
  signal: AbortSignal;
  /** Called after each page. */
  onPage(): Promise<void>;
}

/** Pages of a job that are fetched side by side. */
const pagesAtOnce = 4;

/**
 * Crawls the pages of a job that have no outcome yet, and stores each outcome. A few are fetched side by side, but one takes effect after the
 * other, in order: what a page holds is stored, charged and cut to what the plan leaves after those before it. Ends when all are done, the
 * job is not wanted any more, or another worker is at it.
 */
export async function crawlJob(deps: IngestionDeps, tools: CrawlTools, at: JobKey, work: CrawlWork): Promise<void> {
  const wanted = await wantedNow(deps, at, work);
  if (wanted === undefined) return;
  const options = await readPageOptions(deps.blobs, at, wanted.queue[0]?.cookieKey ?? "");
  using lease = keepLease(deps, at, work);
  const unanswering = createUnanswering();
  const done = (await pagesOf(deps, at)).map(({ data }) => data);
  const crawl: Crawl = { deps, tools, at, identity: work.identity, options, done, unanswering, signal: lease.signal };
  try {
    for await (const { page, fetched } of fetchedInOrder(crawl, await openPages(crawl))) {
      const outcome = await settlePage(crawl, page, fetched);
      if (outcome === undefined) return;
      const first = await writePage(deps, at, outcome);
      if (!first && outcome.entry?.content != null) await deps.blobs.delete(outcome.entry.content.key);
      done.push(first ? outcome : ((await readPage(deps, at, page.index)) ?? outcome));
      await work.onPage();
    }
  } catch (error) {
    if (!lease.signal.aborted || work.signal.aborted) throw error;
  }
}

async function openPages({ deps, at, done }: Crawl): Promise<WantedPage[]> {
  const settled = new Set(done.map(({ item }) => item));
  const items = await readItemsLeft(deps.blobs, at);
  return items.flatMap(({ action, entry }, index) => (action === "crawl" && !settled.has(index) ? [{ index, entry }] : []));
}

interface Fetching {
  done: Promise<FetchedPage>;
  place: Place | undefined;
}

/** Fetches ahead of what was taken, as far as there is place. When nobody takes more, what is under way is ended. */
async function* fetchedInOrder(
  crawl: Crawl,
  pages: readonly WantedPage[],
): AsyncGenerator<{ page: WantedPage; fetched: FetchedPage }> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, crawl.signal]);
  const ahead: Fetching[] = [];
  try {
    for (const [i, page] of pages.entries()) {
      for (const next of pages.slice(i + ahead.length, i + pagesAtOnce)) {
        // The page whose turn it is needs no place, so that jobs never wait for each other.
        const place = next === page ? undefined : crawl.tools.places.tryTake();
        if (next !== page && place === undefined) break;
        ahead.push(begun({ ...crawl, signal }, next, place));
      }
      const [first] = ahead;
      if (first === undefined) return;
      yield { page, fetched: await first.done };
      ahead.shift();
      first.place?.free();
    }
  } finally {
    stop.abort();
    await Promise.allSettled(ahead.map(({ done }) => done));
    for (const { place } of ahead) place?.free();
  }
}

function begun(crawl: Crawl, page: WantedPage, place: Place | undefined): Fetching {
  const done = fetchWanted(crawl, page);
  // A failure is told when the page's turn comes, if it comes.
  done.catch(() => undefined);
  return { done, place };
}
