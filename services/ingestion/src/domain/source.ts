import { createHash } from "node:crypto";
import type { BlobKey } from "@parlance/ports";

export const sourceTypes = ["text", "file", "website", "product", "q&a"] as const;
export type SourceType = (typeof sourceTypes)[number];

/** A source as its list holds it. One source is one document. */
export interface SourceEntry {
  /** Follows from the chatbot, the type and what makes the source the same one, so that adding it again finds its chunks. */
  id: string;
  type: SourceType;
  /** The URL, file name, product id, question, or `text`. */
  name: string;
  /** Code points that count against the plan. */
  characters: number;
  /** Names the content at one time; empty while it was never fetched. */
  revision: string;
  content: ContentReference | null;
  /** Of a page, as it names itself. */
  title?: string;
}

/** Where a content lies: a whole blob, or one line of JSON in a blob of many. */
export interface ContentReference {
  key: BlobKey;
  line?: number;
}

/** 24 hex digits that follow from what they identify. */
export function sourceId(chatbotId: string, type: SourceType, sameness: string): string {
  return digest(chatbotId, type, sameness).slice(0, 24);
}

export function revisionOf(content: string): string {
  return digest(content).slice(0, 16);
}

/** Questions that differ only in case and surrounding white space are the same. */
export function sameQuestion(question: string): string {
  return question.trim().toLowerCase();
}

function digest(...parts: readonly string[]): string {
  const hash = createHash("sha256");
  // A length in front keeps ("ab", "c") and ("a", "bc") apart.
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex");
}
