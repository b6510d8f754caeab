import type { Collection, Tenant } from "@parlance/ports";
import type { ConversationRecord, MessagePage, PageReference } from "./conversations.ts";
import { commonLength, type StoredMessage } from "./messages.ts";

export interface ReplacedHistory {
  /** Pages that stand as they are. */
  pages: PageReference[];
  /** Messages that follow them. */
  messages: StoredMessage[];
}

/**
 * The history a caller sent in place of the stored one. Leading messages that are stored already stay as they are, with their times,
 * citations and scores: most callers send the same history again with one more question.
 * @returns undefined when a page is gone because the conversation was changed or deleted after it was read: read it again
 */
export async function replaceHistory(
  pages: Collection<MessagePage>,
  tenant: Tenant,
  conversation: ConversationRecord,
  sent: readonly StoredMessage[],
): Promise<ReplacedHistory | undefined> {
  const keptPages: PageReference[] = [];
  let position = 0;
  for (const reference of conversation.pages) {
    const stored = (await pages.get(tenant, reference.id))?.data.messages;
    if (stored === undefined) return undefined;
    const same = commonLength(stored, sent.slice(position));
    if (same < stored.length) return { pages: keptPages, messages: [...stored.slice(0, same), ...sent.slice(position + same)] };
    keptPages.push(reference);
    position += stored.length;
  }
  const same = commonLength(conversation.messages, sent.slice(position));
  return { pages: keptPages, messages: [...conversation.messages.slice(0, same), ...sent.slice(position + same)] };
}
