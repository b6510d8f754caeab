import { AppError } from "@parlance/platform";
import { isStoreError, type Tenant } from "@parlance/ports";
import type { ConversationStores, StoredConversation } from "./conversations.ts";

const pagesAtOnce = 20;
const conversationsAtOnce = 20;
const attempts = 20;

/** Erases what a deleted conversation left: its pages, then its document. Can be cut off and repeated. */
export async function finishDeletion(stores: ConversationStores, deleted: StoredConversation): Promise<void> {
  await erasePagesOf(stores, deleted);
  await deleteVersion(stores, deleted);
}

/** Erases a conversation with all its pages, whatever is written to it meanwhile. */
export async function eraseConversation(stores: ConversationStores, tenant: Tenant, key: string): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const stored = await stores.conversations.get(tenant, key);
    if (stored === undefined) return;
    await erasePagesOf(stores, stored);
    if (await deleteVersion(stores, stored)) return;
  }
  throw new AppError("VERSION_CONFLICT");
}

/** Erases all conversations of a chatbot, a few at a time; begun again, it goes on with those that are left. */
export async function eraseConversationsOf(
  stores: ConversationStores,
  at: { tenant: Tenant; chatbotId: string; now: number },
  signal: AbortSignal,
): Promise<void> {
  await markErased(stores, at);
  for (;;) {
    const { items } = await stores.conversations.find(at.tenant, {
      where: { chatbotId: at.chatbotId },
      limit: conversationsAtOnce,
    });
    if (items.length === 0) return;
    for (const stored of items) {
      signal.throwIfAborted();
      await eraseConversation(stores, at.tenant, stored.id);
    }
  }
}

async function markErased(
  { erasedChatbots }: ConversationStores,
  at: { tenant: Tenant; chatbotId: string; now: number },
): Promise<void> {
  try {
    await erasedChatbots.insert(at.tenant, at.chatbotId, { erasedAt: at.now });
  } catch (error) {
    if (!isStoreError(error, "already_exists")) throw error;
  }
}

/** Also the pages that a write which was cut off left without a reference. */
async function erasePagesOf({ pages }: ConversationStores, { tenant, data }: StoredConversation): Promise<void> {
  for (;;) {
    const { items } = await pages.find(tenant, { where: { incarnation: data.incarnation }, limit: pagesAtOnce });
    if (items.length === 0) return;
    for (const page of items) await pages.delete(tenant, page.id);
  }
}

/** False when somebody wrote the conversation meanwhile. */
async function deleteVersion({ conversations }: ConversationStores, stored: StoredConversation): Promise<boolean> {
  try {
    await conversations.delete(stored.tenant, stored.id, { version: stored.version });
    return true;
  } catch (error) {
    if (isStoreError(error, "version_conflict")) return false;
    throw error;
  }
}
