import { appErrorFrom, callOptions, newId, type Identity, type Places } from "@parlance/platform";
import { fetchPage, type PageFetcher } from "../crawling/fetch-page.ts";
import type { Unanswering } from "../crawling/unanswering.ts";
import type { IngestionDeps } from "./deps.ts";
import type { Parser } from "../parsing/parser.ts";
import type { Parsed } from "../parsing/parse-request.ts";
import { contentKey } from "./blob-keys.ts";
import { stillWanted } from "./crawl-lease.ts";
import type { JobKey } from "./job-blobs.ts";
import type { PageOptions } from "./page-options.ts";
import type { CrawledPage } from "./crawled-page.ts";
import { charactersOf, withPages } from "./pages.ts";
import { readLists } from "./source-lists.ts";
import { revisionOf, sourceTypes, type SourceEntry } from "./source.ts";
import { codePoints } from "./text-measure.ts";

/** What pages are fetched and read with. */
export interface CrawlTools {
  fetcher: PageFetcher;
  parser: Parser;
  /** For pages that are fetched before it is their turn. */
  places: Places;
}

/** A job whose pages are crawled. */
export interface Crawl {
  deps: IngestionDeps;
  tools: CrawlTools;
  at: JobKey;
  identity: Identity;
  /** undefined when they are lost. */
  options: PageOptions | undefined;
  /** What came of its pages so far, kept here because all of it is wanted for each page. */
  done: readonly CrawledPage[];
  unanswering: Unanswering;
  signal: AbortSignal;
}

/** A page of the job: its item's index, and the source as the job began with it. */
export interface WantedPage {
  index: number;
  entry: SourceEntry;
}

/** What came of fetching and reading a page; undefined when nobody wants it. */
export type FetchedPage = Parsed | { failure: string } | undefined;

/** Fetches and reads a page, and changes nothing. @throws the signal's reason */
export async function fetchWanted(crawl: Crawl, page: WantedPage): Promise<FetchedPage> {
  const { deps, tools, at, options, unanswering, signal } = crawl;
  const standing = await standingOf(crawl, page);
  if (standing?.current === undefined || standing.room <= 0) return undefined;
  if (options === undefined) return { failure: "How to fetch it was lost or damaged on the disk; train it again" };
  const isWanted = async () => (await stillWanted(deps.stores, at)) !== undefined;
  const { name: url } = standing.current;
  const named = { chatbotId: at.chatbotId, jobId: at.jobId, item: page.index };
  const fetched = await fetchPage(tools.fetcher, { url, cookies: options.cookies, unanswering, signal, isWanted });
  if ("failure" in fetched) {
    if (fetched.fault !== undefined) deps.log.error({ err: fetched.fault, ...named }, "page not fetched");
    return { failure: fetched.failure };
  }
  const read = await tools.parser.parse({ ...fetched, options }, { signal });
  if ("text" in read && (read.damagedPages ?? 0) > 0)
    deps.log.warn({ ...named, pages: read.damagedPages }, "damaged pages of a PDF are left out");
  return read;
}

/** Stores and charges what a page holds, cut to what the plan leaves, and gives its outcome; undefined when the job is not wanted any more. */
export async function settlePage(crawl: Crawl, page: WantedPage, fetched: FetchedPage): Promise<CrawledPage | undefined> {
  const { at } = crawl;
  const outcome = { chatbotId: at.chatbotId, jobId: at.jobId, item: page.index, entry: null, previous: null, reason: "" };
  const standing = await standingOf(crawl, page);
  if (standing === undefined) return undefined;
  const { current, room } = standing;
  if (current === undefined) return { ...outcome, outcome: "skipped" };
  const previous = current.content === null ? null : current;
  if (fetched === undefined || room <= 0) return { ...outcome, previous, outcome: "skipped" };
  if ("failure" in fetched) return { ...outcome, previous, outcome: "failed", reason: fetched.failure };
  const entry = await stored(crawl, { index: page.index, current, room, read: fetched });
  return entry === undefined ? { ...outcome, previous, outcome: "skipped" } : { ...outcome, previous, entry, outcome: "read" };
}

interface Standing {
  /** The source as it is now; undefined when it was deleted. */
  current: SourceEntry | undefined;
  /** Characters that it may have. */
  room: number;
}

async function standingOf({ deps, at, identity, done }: Crawl, { entry }: WantedPage): Promise<Standing | undefined> {
  const knowledge = await stillWanted(deps.stores, at);
  if (knowledge === undefined) return undefined;
  const lists = withPages(await readLists(deps, at, knowledge.lists), done);
  const current = sourceTypes.flatMap((type) => lists[type]).find(({ id }) => id === entry.id);
  const { plan } = await deps.clients.account.getAccount({}, callOptions(identity));
  const room = Number(plan?.chatbotCharactersLimit ?? 0n) - charactersOf(lists) + (current?.characters ?? 0);
  return { current, room };
}

/** Stores the leading part that the plan pays for; undefined when that is nothing. */
async function stored(
  crawl: Crawl,
  page: { index: number; current: SourceEntry; room: number; read: Parsed },
): Promise<SourceEntry | undefined> {
  const { current, read } = page;
  let text = leading(read.text, page.room);
  if (revisionOf(text) !== current.revision)
    text = leading(text, await charged(crawl, page.index, codePoints(text, 0, text.length)));
  if (text.trim() === "") return undefined;
  const key = contentKey(crawl.at, newId());
  await crawl.deps.blobs.put(key, Buffer.from(text));
  const characters = codePoints(text, 0, text.length);
  return { ...current, characters, revision: revisionOf(text), content: { key }, title: read.title };
}

/** How many of the wanted characters the account gave, at most those that remain of its period. Idempotent by page. */
async function charged({ deps, at, identity }: Crawl, index: number, wanted: number): Promise<number> {
  const jobId = `${at.jobId}:${index}`;
  for (let characters = wanted; characters > 0;) {
    try {
      await deps.clients.account.consumeCharacters({ jobId, characters: BigInt(characters) }, callOptions(identity));
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
