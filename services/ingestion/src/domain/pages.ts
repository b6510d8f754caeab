import { isStoreError, type Stored } from "@parlance/ports";
import type { CrawledPage } from "./crawled-page.ts";
import type { IngestionDeps } from "./deps.ts";
import type { JobKey } from "./job-blobs.ts";
import type { Knowledge } from "./knowledge.ts";
import type { SourceLists } from "./plan-changes.ts";
import { sourceTypes, type SourceEntry, type SourceType } from "./source.ts";
import type { ChatbotKey } from "./stores.ts";

type Stores = Pick<IngestionDeps, "stores">;

export async function readPage({ stores }: Stores, at: JobKey, item: number): Promise<CrawledPage | undefined> {
  return (await stores.pages.get(at.tenant, idOf(at, item)))?.data;
}

/** False when another worker was first; then its outcome stands. */
export async function writePage({ stores }: Stores, at: JobKey, page: CrawledPage): Promise<boolean> {
  try {
    await stores.pages.insert(at.tenant, idOf(at, page.item), page);
    return true;
  } catch (error) {
    if (isStoreError(error, "already_exists")) return false;
    throw error;
  }
}

/** All pages of a job, at most as many as a call may name. */
export async function pagesOf({ stores }: Stores, at: JobKey): Promise<Stored<CrawledPage>[]> {
  return (await stores.pages.find(at.tenant, { where: { jobId: at.jobId }, limit: 1_000 })).items;
}

/** Pages that the running job has crawled, and whose sources the lists do not tell of yet. */
export async function pagesUnderWay(deps: Stores, at: ChatbotKey, knowledge: Knowledge): Promise<CrawledPage[]> {
  const first = knowledge.queue[0];
  if (first === undefined || first.cancelled || first.folded) return [];
  return (await pagesOf(deps, { ...at, jobId: first.jobId })).map(({ data }) => data);
}

export async function forgetPages({ stores }: Stores, at: JobKey): Promise<void> {
  for (const { id } of await pagesOf({ stores }, at)) await stores.pages.delete(at.tenant, id);
}

/** Lists with what pages were found to hold; a source that a list does not have any more stays away. */
export function withPages(lists: SourceLists, pages: readonly CrawledPage[]): SourceLists {
  const read = new Map(pages.flatMap(({ entry }) => (entry === null ? [] : [[entry.id, entry] as const])));
  if (read.size === 0) return lists;
  const renewed = sourceTypes.map((type) => [type, lists[type].map((entry) => read.get(entry.id) ?? entry)] as const);
  return Object.fromEntries(renewed) as Record<SourceType, SourceEntry[]>;
}

export function charactersOf(lists: SourceLists): number {
  return sourceTypes.reduce((sum, type) => lists[type].reduce((inner, entry) => inner + entry.characters, sum), 0);
}

function idOf(at: JobKey, item: number): string {
  return `${at.jobId}:${item}`;
}
