import type { Correction } from "./spelling.ts";

/** What the share is computed from: a search's result, and what was corrected of the question. */
export interface ShareStatistics {
  chunkCount: number;
  documentFrequency: ReadonlyMap<string, number>;
  /** By the terms of the word as typed. */
  corrected?: ReadonlyMap<string, Correction>;
  /** What a corrected term that is held counts against one that was typed so, 0 to 1; see {@link guessValue}. Default 1. */
  guessValue?: number;
}

/**
 * What a guess is worth for documents of a language. In English the embedding model tells real words from misspelt ones; elsewhere nobody
 * does, and some of the words that are corrected are right and only unknown. Measured on judged questions in six languages, right and
 * misspelt (docs/quality.md).
 */
export function guessValue(document: { english: boolean }): number {
  return document.english ? 0.8 : 0.6;
}

/**
 * How much of a question a chunk speaks about: the share of the question's content terms that the chunk holds, 0 to 1, each weighted by
 * `ln(1 + (N - df + 0.5) / (df + 0.5))` over the chatbot's chunks. A term that no chunk holds counts fully, because it is what
 * the knowledge is missing. A term that was corrected still does, for it may be right; if the chunk holds what was meant, it has that one's weight.
 */
export function termShare(contentTerms: readonly string[], matched: ReadonlySet<string>, statistics: ShareStatistics): number {
  return weightedShare(contentTerms, (term) => (matched.has(term) ? 1 : 0), statistics);
}

/** The same with a measure of how far a term is held, 0 to 1. */
export function weightedShare(
  contentTerms: readonly string[],
  heldOf: (term: string) => number,
  { chunkCount, documentFrequency, corrected, guessValue: value = 1 }: ShareStatistics,
): number {
  const weightOf = (term: string): number => {
    const frequency = documentFrequency.get(term) ?? 0;
    return Math.log(1 + (Math.max(chunkCount, frequency) - frequency + 0.5) / (frequency + 0.5));
  };
  let held = 0;
  let all = 0;
  for (const typed of contentTerms) {
    const correction = corrected?.get(typed);
    const meant = correction?.terms;
    // A misspelt function word says nothing of what the question is about.
    if (meant?.length === 0) continue;
    all += weightOf(typed);
    const valueOf = (term: string) => weightOf(term) * heldOf(term) * (term === typed ? 1 : (correction?.worth ?? value));
    held += Math.max(...[typed, ...(meant ?? [])].map(valueOf));
  }
  return all === 0 ? 0 : held / all;
}
