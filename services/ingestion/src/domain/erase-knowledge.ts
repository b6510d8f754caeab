import type { Collection } from "@parlance/ports";
import { rootOf } from "./blob-keys.ts";
import type { IngestionDeps } from "./deps.ts";
import { noKnowledge } from "./knowledge.ts";
import { isLostRace } from "./source-lists.ts";
import type { ChatbotKey } from "./stores.ts";

/**
 * Erases a deleted chatbot's sources, jobs and blobs. The mark comes first: from then on no call adds sources and no worker goes on, and
 * what follows may be cut off and done again.
 */
export async function eraseKnowledge({ stores, blobs }: IngestionDeps, at: ChatbotKey): Promise<void> {
  await markDeleted(stores.knowledge, at);
  await deleteAllOf(stores.jobs, at);
  await deleteAllOf(stores.pages, at);
  await blobs.deleteAll(rootOf(at));
}

async function deleteAllOf<Data extends { chatbotId: string }>(collection: Collection<Data>, at: ChatbotKey): Promise<void> {
  for (;;) {
    const { items } = await collection.find(at.tenant, { where: { chatbotId: at.chatbotId }, limit: 1_000 });
    if (items.length === 0) return;
    for (const { id } of items) await collection.delete(at.tenant, id);
  }
}

async function markDeleted(collection: IngestionDeps["stores"]["knowledge"], at: ChatbotKey): Promise<void> {
  const mark = { ...noKnowledge, deleted: true };
  for (;;) {
    const stored = await collection.get(at.tenant, at.chatbotId);
    if (stored?.data.deleted === true) return;
    try {
      await (stored === undefined ? collection.insert(at.tenant, at.chatbotId, mark) : collection.replace(stored, mark));
      return;
    } catch (error) {
      if (!isLostRace(error)) throw error;
    }
  }
}
