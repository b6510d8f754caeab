import { createHash } from "node:crypto";
import type { estypes } from "@elastic/elasticsearch";
import type { Scope } from "@parlance/ports";

/** Where a chatbot's chunks lie and how they are told from all others. */
export interface ScopeKey {
  routing: string;
  filter: estypes.QueryDslQueryContainer[];
}

export function scopeKey({ tenant, chatbotId }: Scope): ScopeKey {
  return { routing: digest([tenant, chatbotId]), filter: [{ term: { tenant } }, { term: { chatbot: chatbotId } }] };
}

/** The document id of a chunk. A digest, because ids of the server have at most 512 bytes. */
export function documentId({ tenant, chatbotId }: Scope, chunkId: string): string {
  return digest([tenant, chatbotId, chunkId]);
}

/** What is visible in a generation. */
export function visibleIn(generation: number): estypes.QueryDslQueryContainer[] {
  return [{ range: { from: { lte: generation } } }, { range: { to: { gt: generation } } }];
}

/**
 * The server's tokenizer parts words at white space, of which Java knows more than Unicode, and at 255 characters: a term that it
 * could part is indexed by its digest.
 */
export function encodeTerm(term: string): string {
  return /^[^\p{C}\p{Z}]{1,100}$/u.test(term) ? term : `\u{e000}${digest([term])}`;
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}
