import type { Collection, Tenant } from "@parlance/ports";
import type { ConversationRecord, MessagePage } from "./conversations.ts";
import { bytesOf, type StoredMessage } from "./messages.ts";

export interface MessageSlice {
  messages: StoredMessage[];
  /** Position of the first message that did not fit; absent when all that follow are here. */
  next?: number;
  bytes: number;
}

export interface SliceOptions {
  /** Position of the first message wanted, 0 for the oldest. */
  from: number;
  /** The slice ends before it grows larger; it always holds one message if there is any. */
  maxBytes: number;
}

/**
 * Messages of a conversation, oldest first, from its pages and its document.
 * @returns undefined when a page is gone because the conversation was changed or deleted after it was read: read it again
 */
export async function readMessages(
  pages: Collection<MessagePage>,
  tenant: Tenant,
  conversation: ConversationRecord,
  { from, maxBytes }: SliceOptions,
): Promise<MessageSlice | undefined> {
  const slice: MessageSlice = { messages: [], bytes: 0 };
  let position = 0;
  for (const reference of [...conversation.pages, undefined]) {
    const count = reference?.count ?? conversation.messages.length;
    if (position + count > from) {
      const messages = reference === undefined ? conversation.messages : (await pages.get(tenant, reference.id))?.data.messages;
      if (messages === undefined) return undefined;
      const taken = fill(slice, messages.slice(Math.max(0, from - position)), maxBytes);
      if (!taken) return { ...slice, next: from + slice.messages.length };
    }
    position += count;
  }
  return slice;
}

/** Adds messages while they fit. False when one did not. */
function fill(slice: MessageSlice, messages: readonly StoredMessage[], maxBytes: number): boolean {
  for (const message of messages) {
    const bytes = slice.bytes + bytesOf(message);
    if (bytes > maxBytes && slice.messages.length > 0) return false;
    slice.messages.push(message);
    slice.bytes = bytes;
  }
  return true;
}
