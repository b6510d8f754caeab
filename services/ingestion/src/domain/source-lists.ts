import { AppError, newId } from "@parlance/platform";
import { isStoreError, type BlobKey, type BlobStore } from "@parlance/ports";
import { listKey } from "./blob-keys.ts";
import type { IngestionDeps } from "./deps.ts";
import type { ListKeys } from "./knowledge.ts";
import type { SourceLists } from "./plan-changes.ts";
import { sourceTypes, type SourceEntry, type SourceType } from "./source.ts";
import type { ChatbotKey } from "./stores.ts";

/** A list that a knowledge document named is gone, and it names it no more: a newer one has taken its place, and the document is to be read again. */
export class ListGoneError extends Error {
  override readonly name = "ListGoneError";
}

/** Whether somebody else changed a chatbot's knowledge first: what was planned by its former state is to be planned anew. */
export function isLostRace(error: unknown): boolean {
  if (error instanceof ListGoneError) return true;
  return isStoreError(error, "version_conflict", "already_exists");
}

type Stores = Pick<IngestionDeps, "stores" | "blobs">;

/** @throws ListGoneError, AppError KNOWLEDGE_DAMAGED */
export async function readLists(deps: Stores, at: ChatbotKey, keys: ListKeys): Promise<SourceLists> {
  const lists = await Promise.all(sourceTypes.map(async (type) => [type, await readList(deps, at, keys[type])] as const));
  return Object.fromEntries(lists) as Record<SourceType, SourceEntry[]>;
}

/** Writes the lists of the types given and gives the keys of all. */
export async function writeLists(
  blobs: BlobStore,
  at: ChatbotKey,
  change: { keys: ListKeys; lists: SourceLists; types: readonly SourceType[] },
): Promise<ListKeys> {
  const keys: ListKeys = { ...change.keys };
  for (const type of change.types) {
    const entries = change.lists[type];
    delete keys[type];
    if (entries.length === 0) continue;
    const key = listKey(at, newId());
    await blobs.put(key, Buffer.from(JSON.stringify(entries)));
    keys[type] = key;
  }
  return keys;
}

async function readList(deps: Stores, at: ChatbotKey, key: BlobKey | undefined): Promise<SourceEntry[]> {
  if (key === undefined) return [];
  const bytes = await deps.blobs.get(key);
  if (bytes === undefined) {
    const gone = new ListGoneError(`${key} is gone`);
    throw (await isNamed(deps, at, key)) ? new AppError("KNOWLEDGE_DAMAGED", { cause: gone }) : gone;
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as SourceEntry[];
  } catch (error) {
    throw new AppError("KNOWLEDGE_DAMAGED", { cause: error });
  }
}

/** As a present list, or one about to be: one to return to may be deleted a moment before its job leaves the queue. */
async function isNamed({ stores }: Stores, at: ChatbotKey, key: BlobKey): Promise<boolean> {
  const knowledge = (await stores.knowledge.get(at.tenant, at.chatbotId))?.data;
  return Object.values({ ...knowledge?.lists }).includes(key) || Object.values({ ...knowledge?.pending?.lists }).includes(key);
}
