export type Role = "user" | "assistant" | "human";

/** A message as stored. What is absent has its plain value: no files, no citations, unset, false. */
export interface StoredMessage {
  role: Role;
  content: string;
  /** When it was stored, milliseconds since the epoch. */
  time: number;
  files?: readonly StoredFile[];
  citations?: readonly StoredCitation[];
  score?: number;
  upvote?: boolean;
  isTranscript?: boolean;
  name?: string;
  avatar?: string;
  read?: boolean;
  interrupted?: boolean;
}

export interface StoredFile {
  name: string;
  type: string;
  url: string;
}

/** What an answer rests on, as it stood when it was answered. */
export interface StoredCitation {
  chunkId: string;
  documentId: string;
  revision: string;
  sourceName: string;
  sourceType: string;
  citedText: string;
  start: number;
  end: number;
  cosine: number;
}

/** What a message takes in a document, in bytes. */
export function bytesOf(message: StoredMessage): number {
  return Buffer.byteLength(JSON.stringify(message));
}

/** True when a caller that repeats the history means the message that is stored. */
function sameUtterance(one: StoredMessage, other: StoredMessage): boolean {
  if (one.role !== other.role || one.content !== other.content) return false;
  const [files = [], others = []] = [one.files, other.files];
  return files.length === others.length && files.every((file, index) => file.url === others[index]?.url);
}

/** How many messages from the first on are the same in both. */
export function commonLength(stored: readonly StoredMessage[], sent: readonly StoredMessage[]): number {
  const different = stored.findIndex((message, index) => {
    const other = sent[index];
    return other === undefined || !sameUtterance(message, other);
  });
  return different === -1 ? stored.length : different;
}

/** What a user says newly at the end of a history that is sent as a whole: after the last answer in it, without what is stored already. */
export function newUtterances(stored: readonly StoredMessage[], sent: readonly StoredMessage[]): StoredMessage[] {
  const unanswered = afterLast("assistant", sent);
  // Messages of a human agent may stand between those of the user, and the sender need not know them.
  return unanswered.slice(commonLength(afterLast("assistant", stored), unanswered));
}

function afterLast(role: Role, messages: readonly StoredMessage[]): StoredMessage[] {
  const last = messages.findLastIndex((message) => message.role === role);
  return messages.slice(last + 1).filter((message) => message.role === "user");
}
