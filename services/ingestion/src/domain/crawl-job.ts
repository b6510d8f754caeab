import { appErrorFrom, callOptions, changeDocument, newId, type Identity } from "@parlance/platform";
import { fetchPage, type PageFetcher } from "../crawling/fetch-page.ts";
import type { Workshop } from "../context.ts";
import type { Parser } from "../parsing/parser.ts";
import { contentKey } from "./blob-keys.ts";
import { readItems, type JobKey } from "./job-blobs.ts";
import type { Knowledge } from "./knowledge.ts";
import { readPageOptions, type PageOptions } from "./page-options.ts";
import { charactersOf, pagesOf, readPage, withPages, writePage, type CrawledPage } from "./pages.ts";
import { readLists } from "./source-lists.ts";
import { revisionOf, sourceTypes, type SourceEntry } from "./source.ts";
import { codePoints } from "./text-measure.ts";

/** What pages are fetched and read with. */
export interface CrawlTools {
  fetcher: PageFetcher;
  parser: Parser;
}

export interface CrawlWork {
  identity: Identity;
  /** Names this worker among the replicas. */
  worker: string;
  signal: AbortSignal;
  /** Called after each page. */
  onPage(): Promise<void>;
}

/** Another worker takes a crawl up that has been silent for longer. */
const leaseMs = 10_000;
/** How often a crawl renews its lease and looks whether it is still wanted. */
const lookEveryMs = 2_000;

/**
 * Crawls the pages of a job that have no outcome yet, in order, and stores each outcome; what a page holds is stored, charged and cut to what
 * the plan leaves. Ends when all are done, the job is not wanted any more, or another worker is at it.
 */
export async function crawlJob(workshop: Workshop, tools: CrawlTools, at: JobKey, work: CrawlWork): Promise<void> {
  const items = (await readItems(workshop.blobs, at)) ?? [];
  for (const [index, item] of items.entries()) {
    if (item.action !== "crawl" || (await readPage(workshop, at, index)) !== undefined) continue;
    const wanted = await wantedNow(workshop, at, work);
    if (wanted === undefined) return;
    const { cookieKey = "" } = wanted.queue[0] ?? {};
    const options = await readPageOptions(workshop.blobs, at, cookieKey);
    if (options === undefined) return;
    const page = await crawlPage({ workshop, tools, at, work }, { index, entry: item.entry, knowledge: wanted, options });
    if (page === undefined) return;
    const first = await writePage(workshop, at, page);
    if (!first && page.entry?.content != null) await workshop.blobs.delete(page.entry.content.key);
    await work.onPage();
  }
}

interface Crawl {
  workshop: Workshop;
  tools: CrawlTools;
  at: JobKey;
  work: CrawlWork;
}

interface Wanted {
  index: number;
  entry: SourceEntry;
  knowledge: Knowledge;
  options: PageOptions;
}

async function crawlPage(crawl: Crawl, wanted: Wanted): Promise<CrawledPage | undefined> {
  const { workshop, tools, at, work } = crawl;
  const outcome = { chatbotId: at.chatbotId, jobId: at.jobId, item: wanted.index, entry: null, previous: null, reason: "" };
  const pages = (await pagesOf(workshop, at)).map(({ data }) => data);
  const lists = withPages(await readLists(workshop.blobs, wanted.knowledge.lists), pages);
  const current = sourceTypes.flatMap((type) => lists[type]).find(({ id }) => id === wanted.entry.id);
  if (current === undefined) return { ...outcome, outcome: "skipped" };
  const previous = current.content === null ? null : current;
  const { plan } = await workshop.clients.account.getAccount({}, callOptions(work.identity));
  const room = Number(plan?.chatbotCharactersLimit ?? 0n) - charactersOf(lists) + current.characters;
  if (room <= 0) return { ...outcome, previous, outcome: "skipped" };
  using watch = watchCancellation(crawl);
  try {
    const fetched = await fetchPage(tools.fetcher, { url: current.name, cookies: wanted.options.cookies, signal: watch.signal });
    const read = "failure" in fetched ? fetched : await tools.parser.parse({ ...fetched, options: wanted.options }, watch);
    if ("failure" in read) return { ...outcome, previous, outcome: "failed", reason: read.failure };
    const entry = await stored(crawl, { ...wanted, current, room, read });
    return entry === undefined ? { ...outcome, previous, outcome: "skipped" } : { ...outcome, previous, entry, outcome: "read" };
  } catch (error) {
    if (watch.signal.aborted && !work.signal.aborted) return undefined;
    throw error;
  }
}

/** Stores the leading part that the plan pays for; undefined when that is nothing. */
async function stored(
  crawl: Crawl,
  page: Wanted & { current: SourceEntry; room: number; read: { title: string; text: string } },
): Promise<SourceEntry | undefined> {
  const { current, read } = page;
  let text = leading(read.text, page.room);
  if (revisionOf(text) !== current.revision)
    text = leading(text, await charged(crawl, page.index, codePoints(text, 0, text.length)));
  if (text.trim() === "") return undefined;
  const key = contentKey(crawl.at, newId());
  await crawl.workshop.blobs.put(key, Buffer.from(text));
  const characters = codePoints(text, 0, text.length);
  return { ...current, characters, revision: revisionOf(text), content: { key }, title: read.title };
}

/** How many of the wanted characters the account gave, at most those that remain of its period. Idempotent by page. */
async function charged({ workshop, at, work }: Crawl, index: number, wanted: number): Promise<number> {
  const jobId = `${at.jobId}:${index}`;
  for (let characters = wanted; characters > 0;) {
    try {
      await workshop.clients.account.consumeCharacters({ jobId, characters: BigInt(characters) }, callOptions(work.identity));
      return characters;
    } catch (error) {
      const reason = appErrorFrom(error);
      if (reason.kind !== "exhausted") throw error;
      characters = Math.min(characters - 1, Number(reason.metadata["remaining"] ?? 0));
    }
  }
  return 0;
}

function leading(text: string, room: number): string {
  return codePoints(text, 0, text.length) <= room
    ? text
    : Array.from(text.slice(0, room * 2))
        .slice(0, room)
        .join("");
}

/** The knowledge once no other worker crawls the job; from then on this one does. undefined when the job is not to be worked on any more. */
async function wantedNow({ stores, clock }: Workshop, at: JobKey, work: CrawlWork): Promise<Knowledge | undefined> {
  for (;;) {
    const knowledge = await stillWanted(stores, at);
    if (knowledge === undefined) return undefined;
    const lease = await takeLease({ stores, clock }, at, work.worker);
    if (lease === "ended") return undefined;
    if (lease === "mine") return knowledge;
    await clock.sleep(lookEveryMs, work.signal);
  }
}

async function takeLease(
  { stores, clock }: Pick<Workshop, "stores" | "clock">,
  at: JobKey,
  worker: string,
): Promise<"mine" | "others" | "ended"> {
  let lease: "mine" | "others" | "ended" = "ended";
  await changeDocument(stores.jobs, { tenant: at.tenant, id: at.jobId }, ({ data }) => {
    const now = clock.now();
    const free = data.crawler === null || data.crawler.by === worker || data.crawler.until <= now;
    lease = data.state !== "running" ? "ended" : free ? "mine" : "others";
    return lease === "mine" ? { data: { ...data, crawler: { by: worker, until: now + leaseMs } } } : undefined;
  });
  return lease;
}

async function stillWanted(stores: Workshop["stores"], at: JobKey): Promise<Knowledge | undefined> {
  const knowledge = (await stores.knowledge.get(at.tenant, at.chatbotId))?.data;
  const first = knowledge?.queue[0];
  return first?.jobId === at.jobId && !first.cancelled ? knowledge : undefined;
}

/** Keeps the lease. Aborts when the process stops, and soon after the job was cancelled or its chatbot deleted. */
function watchCancellation({ workshop, at, work }: Crawl): { signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const look = async () => {
    if ((await stillWanted(workshop.stores, at)) !== undefined) await takeLease(workshop, at, work.worker);
    else controller.abort(new DOMException("the job is not wanted any more", "AbortError"));
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => workshop.log.debug({ err: error, jobId: at.jobId }, "crawl could not be looked at"));
  }, lookEveryMs);
  return { signal: AbortSignal.any([controller.signal, work.signal]), [Symbol.dispose]: () => clearInterval(timer) };
}
