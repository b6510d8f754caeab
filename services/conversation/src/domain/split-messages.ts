import { bytesOf, type StoredMessage } from "./messages.ts";

const kib = 1024;
/** What a conversation's own document holds before older messages move to pages, and what then stays in it. */
const most = { messages: 60, bytes: 128 * kib };
const kept = { messages: 30, bytes: 64 * kib };
const page = { messages: 100, bytes: 256 * kib };

interface Limit {
  messages: number;
  bytes: number;
}

export interface SplitMessages {
  /** Oldest first, each in order; empty while everything fits. */
  pages: StoredMessage[][];
  /** The newest messages; the newest of all always stays. */
  rest: StoredMessage[];
}

/** Divides messages, oldest first, into pages and the rest that stays in the conversation's document. Nothing is lost, order is kept. */
export function splitMessages(messages: readonly StoredMessage[]): SplitMessages {
  const sizes = messages.map(bytesOf);
  if (fitting(sizes.toReversed(), most) === messages.length) return { pages: [], rest: [...messages] };
  const cut = messages.length - Math.max(1, fitting(sizes.toReversed(), kept));
  const pages: StoredMessage[][] = [];
  for (let start = 0; start < cut;) {
    const length = Math.max(1, fitting(sizes.slice(start, cut), page));
    pages.push(messages.slice(start, start + length));
    start += length;
  }
  return { pages, rest: messages.slice(cut) };
}

/** How many of the sizes, from the first on, stay within the limit together. */
function fitting(sizes: readonly number[], limit: Limit): number {
  let bytes = 0;
  for (const [index, size] of sizes.entries()) {
    bytes += size;
    if (index >= limit.messages || bytes > limit.bytes) return index;
  }
  return sizes.length;
}
