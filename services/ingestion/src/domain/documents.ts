import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { detectLanguage, isEnglish } from "@parlance/language";
import { chunkerVersion, chunkText, type TextChunk } from "./chunk-text.ts";
import { flattenProduct } from "./flatten-product.ts";
import type { StoredQuestion } from "./prepare-sources.ts";
import type { SourceEntry } from "./source.ts";

/** A chunk with its identity. */
export interface DocumentChunk extends TextChunk {
  chunkId: string;
}

export interface ParsedDocument {
  entry: SourceEntry;
  title: string;
  /** ISO 639-1, empty if unknown. */
  language: string;
  english: boolean;
  /** Made while they are taken; each id once. */
  chunks: AsyncIterable<DocumentChunk>;
}

/** What a source's content is as a document. Products and Q&As are one chunk each, however long. */
export function parseDocument(entry: SourceEntry, content: string): ParsedDocument {
  const text = textOf(entry, content);
  const language = detectLanguage(text);
  const chunks = entry.type === "product" || entry.type === "q&a" ? wholeChunk(text) : chunkText(text, { language });
  // A list of prices is English too, and holds no function words to tell it by.
  const english = language === "en" || isEnglish(text);
  return { entry, title: titleOf(entry, content), language, english, chunks: identified(entry.id, chunks) };
}

function textOf(entry: SourceEntry, content: string): string {
  if (entry.type === "product") return flattenProduct(content);
  if (entry.type === "text") return content.replaceAll(lineBreak, "\n");
  if (entry.type !== "q&a") return content;
  const { question, answer } = JSON.parse(content) as StoredQuestion;
  return `${question}\n${answer}`;
}

/** What programs write in the place of a line break; one for one, for chunks tell where they begin. */
const lineBreak = /\r(?!\n)|[\v\f\u0085\u2028\u2029]/g;

/** The first heading of a text, when it begins with one. */
function titleOf(entry: SourceEntry, content: string): string {
  if (entry.type !== "text") return entry.title ?? entry.name;
  return /^\s*#{1,6}\s+([^\r\n]{1,200})/.exec(content.slice(0, 1_000))?.[1]?.trim() ?? "";
}

function wholeChunk(text: string): TextChunk[] {
  const trimmed = text.trim();
  return trimmed === "" ? [] : [{ text: trimmed, headings: [], start: 0, ordinal: 0 }];
}

/** How long chunks are made at a stretch while others wait. */
const stretchMs = 10;

/**
 * A passage that a document repeats word for word is indexed once. Whoever takes chunks may pass over thousands, because they are repeated or
 * were sent before: meanwhile others get their turn.
 */
async function* identified(documentId: string, chunks: Iterable<TextChunk>): AsyncGenerator<DocumentChunk> {
  const seen = new Set<string>();
  let begun = performance.now();
  for (const chunk of chunks) {
    if (performance.now() - begun > stretchMs) {
      await nextTurn();
      begun = performance.now();
    }
    const chunkId = chunkIdOf(documentId, chunk);
    if (seen.has(chunkId)) continue;
    seen.add(chunkId);
    yield { ...chunk, chunkId };
  }
}

function chunkIdOf(documentId: string, { text, headings }: TextChunk): string {
  const normalised = text.normalize("NFC").replaceAll(/\s+/g, " ");
  return createHash("sha256")
    .update(JSON.stringify([chunkerVersion, documentId, headings, normalised]))
    .digest("hex")
    .slice(0, 32);
}
