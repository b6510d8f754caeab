import { StoreError } from "@parlance/ports";
import type { Workshop } from "../context.ts";
import { rootOf } from "./blob-keys.ts";
import { noKnowledge } from "./knowledge.ts";
import type { ChatbotKey } from "./stores.ts";

/**
 * Erases a deleted chatbot's sources, jobs and blobs. The mark comes first: from then on no call adds sources and no worker goes on, and
 * what follows may be cut off and done again.
 */
export async function eraseKnowledge({ stores, blobs }: Workshop, at: ChatbotKey): Promise<void> {
  await markDeleted(stores.knowledge, at);
  for (;;) {
    const { items } = await stores.jobs.find(at.tenant, { where: { chatbotId: at.chatbotId }, limit: 100 });
    if (items.length === 0) break;
    for (const { id } of items) await stores.jobs.delete(at.tenant, id);
  }
  for (;;) {
    const { items } = await stores.pages.find(at.tenant, { where: { chatbotId: at.chatbotId }, limit: 1_000 });
    if (items.length === 0) break;
    for (const { id } of items) await stores.pages.delete(at.tenant, id);
  }
  await blobs.deleteAll(rootOf(at));
}

async function markDeleted(collection: Workshop["stores"]["knowledge"], at: ChatbotKey): Promise<void> {
  const mark = { ...noKnowledge, deleted: true };
  for (;;) {
    const stored = await collection.get(at.tenant, at.chatbotId);
    if (stored?.data.deleted === true) return;
    try {
      await (stored === undefined ? collection.insert(at.tenant, at.chatbotId, mark) : collection.replace(stored, mark));
      return;
    } catch (error) {
      if (!(error instanceof StoreError) || (error.kind !== "version_conflict" && error.kind !== "already_exists")) throw error;
    }
  }
}
