import type { ingestionEvents } from "@parlance/contracts";
import { analyze, frontPageTerm, overviewTerm, particularTerms, termsOfParticular } from "@parlance/language";

type Document = Pick<ingestionEvents.DocumentChunks, "sourceType" | "sourceName" | "language">;

/**
 * What a chunk is found by: its words, the particulars that it tells, and what its document is about or was written for, where it begins it.
 * @param searchable the chunk with the headings above it
 */
export function termsOfChunk(
  document: Document,
  chunk: Pick<ingestionEvents.Chunk, "text" | "ordinal">,
  searchable: string,
): string[] {
  return [
    ...analyze(searchable, document.language),
    ...particularTerms(chunk.text, document.language),
    ...(chunk.ordinal === 0 ? [...openingTerms(document), ...writtenTerms(document)] : []),
  ];
}

/** What a document is about stands where it begins, what a site is about on its first page. */
function openingTerms({ sourceType, sourceName }: Document): string[] {
  if (sourceType === "product" || sourceType === "q&a") return [];
  return frontPage.test(sourceName) ? [overviewTerm, frontPageTerm] : [overviewTerm];
}

/** An owner who wrote what is to be said to "How can I reach you?" tells it in whatever form. */
function writtenTerms({ sourceType, sourceName, language }: Document): string[] {
  return sourceType === "q&a" ? (termsOfParticular(sourceName, language)?.slice(-1) ?? []) : [];
}

/** Addresses of a site as a whole, in one of its languages, and of what it says about itself. */
const frontPage =
  /^https?:\/\/[^/?#]+(?:(?:\/[a-z]{2}(?:-[a-z]{2})?)?(?:\/(?:(?:index|home)[^/?#]*)?)?|(?:\/[^?#]*)?\/about(?:[-_]us)?(?:\.[a-z]{2,5})?\/?)$/iu;
