import type { ingestion } from "@parlance/contracts";
import { pageId, type PreparedPage, type PreparedSource } from "./prepare-sources.ts";
import { sameQuestion, sourceId, sourceTypes, type SourceEntry, type SourceType } from "./source.ts";

export type SourceLists = Readonly<Record<SourceType, readonly SourceEntry[]>>;

/** What a job does with one document. */
export interface JobItem {
  /** `crawl` fetches the page first; what it holds is known only then. */
  action: "index" | "remove" | "crawl";
  entry: SourceEntry;
  /** What the index holds of the document until the job ends. */
  previous?: SourceEntry;
}

export interface PlannedChanges {
  lists: SourceLists;
  /** Types whose list is not what it was. */
  changedLists: SourceType[];
  /** Contents to be stored: sources that are new or have changed. The entry's `content` is still null. */
  added: { entry: SourceEntry; content: string }[];
  /** In the order in which they are worked off: removals, then as the call gives them. */
  items: JobItem[];
  /** Characters that the call adds. */
  requested: number;
  /** Characters of all sources afterwards. */
  total: number;
}

interface Request {
  chatbotId: string;
  deletes: readonly ingestion.SourceSelector[];
  prepared: readonly PreparedSource[];
  pages: readonly PreparedPage[];
  /** Sources whose present revision is not in the index, because it failed; they are tried again when they are sent again. */
  failed: ReadonlySet<string>;
  /** Sources that stay are indexed once more. */
  indexAgain: boolean;
}

/** What a call makes of a chatbot's sources: first the deletes, then the adds. Pure; the job's items are the difference of before and after. */
export function planChanges(before: SourceLists, request: Request): PlannedChanges {
  const known = byId(before);
  const after = byId(before);
  for (const id of selected(known, before, request)) after.delete(id);
  const added: PlannedChanges["added"] = [];
  const index: JobItem[] = [];
  let requested = 0;
  for (const { content, ...source } of request.prepared) {
    const previous = known.get(source.id);
    const isStored = previous?.revision === source.revision;
    if (isStored && !request.failed.has(source.id)) {
      // At most a delete of the same call had taken it out.
      after.set(source.id, previous);
      continue;
    }
    // What failed may have failed because what is stored of it is damaged, so that it is stored anew, at no charge.
    const entry: SourceEntry = { ...source, content: null };
    after.set(source.id, entry);
    added.push({ entry, content });
    if (!isStored) requested += source.characters;
    index.push({ action: "index", entry, ...(previous !== undefined && { previous }) });
  }
  for (const { id, name } of request.pages) {
    const previous = known.get(id);
    const entry: SourceEntry = previous ?? { id, type: "website", name, characters: 0, revision: "", content: null };
    after.set(id, entry);
    index.push({ action: "crawl", entry, ...(previous?.content != null && { previous }) });
  }
  const again = request.indexAgain ? untouched(after, index) : [];
  const removed = [...known.values()].filter(({ id }) => !after.has(id));
  const forgotten = [...request.failed].filter((id) => !known.has(id) && !after.has(id)).map(ghost);
  const lists = byType(after);
  return {
    lists,
    changedLists: sourceTypes.filter((type) => !sameEntries(before[type], lists[type])),
    added,
    items: [
      ...forgotten.map((entry) => ({ action: "remove" as const, entry })),
      ...removed.map((entry) => ({ action: "remove" as const, entry, previous: entry })),
      ...index,
      ...again,
    ],
    requested,
    total: [...after.values()].reduce((sum, entry) => sum + entry.characters, 0),
  };
}

/** What the index may have lost of sources that no item is about. */
function untouched(sources: ReadonlyMap<string, SourceEntry>, items: readonly JobItem[]): JobItem[] {
  const touched = new Set(items.map(({ entry }) => entry.id));
  return [...sources.values()]
    .filter(({ id, content }) => content !== null && !touched.has(id))
    .map((entry) => ({ action: "index", entry, previous: entry }));
}

/** A source that is in no list any more, but that the index may still hold, because the job that removed it failed. */
function ghost(id: string): SourceEntry {
  return { id, type: "text", name: "", characters: 0, revision: "", content: null };
}

/** Ids of the sources that selectors name; one that names none is no error. */
function selected(known: ReadonlyMap<string, SourceEntry>, lists: SourceLists, { chatbotId, deletes }: Request): Set<string> {
  const ids = new Set<string>();
  for (const selector of deletes) {
    const type = sourceTypes.find((candidate) => candidate === selector.type);
    if (type === undefined) continue;
    const id = selectedId(chatbotId, type, selector);
    if (id !== undefined) {
      if (known.get(id)?.type === type) ids.add(id);
    } else {
      for (const entry of lists[type]) if (selector.name === "" || entry.name === selector.name) ids.add(entry.id);
    }
  }
  return ids;
}

/** Undefined for a selector that names a source otherwise than by what makes its id, or all of a type. */
function selectedId(chatbotId: string, type: SourceType, { id, question, url }: ingestion.SourceSelector): string | undefined {
  if (type === "product" && id !== "") return sourceId(chatbotId, "product", id);
  if (question !== "") return sourceId(chatbotId, "q&a", sameQuestion(question));
  if (id !== "") return id;
  return url === "" ? undefined : (pageId(chatbotId, type, url) ?? "");
}

function byId(lists: SourceLists): Map<string, SourceEntry> {
  return new Map(sourceTypes.flatMap((type) => lists[type].map((entry) => [entry.id, entry] as const)));
}

function byType(entries: ReadonlyMap<string, SourceEntry>): Record<SourceType, SourceEntry[]> {
  const lists: Record<SourceType, SourceEntry[]> = { text: [], file: [], website: [], product: [], "q&a": [] };
  for (const entry of entries.values()) lists[entry.type].push(entry);
  return lists;
}

function sameEntries(before: readonly SourceEntry[], after: readonly SourceEntry[]): boolean {
  return before.length === after.length && before.every((entry, i) => entry === after[i]);
}
