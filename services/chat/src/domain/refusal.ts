import type { retrieval } from "@parlance/contracts";

/** From which strength of its best passage a question is answered; each a share from 0 to 1. */
export interface RefusalLimits {
  /** Mean of cosine and term share, for documents in a language that the embedding model understands. */
  mean: number;
  /** Cosine alone, there. */
  cosine: number;
  /** Term share alone, for documents in other languages. */
  termShare: number;
  /** The same where terms are pairs of characters. */
  termShareCjk: number;
}

const pairLanguages = new Set(["zh", "ja", "ko"]);

/**
 * Whether the knowledge covers a question, judged by its first passage. Measured on judged questions: the mean of cosine and term share tells
 * covered from uncovered far better (AUC 0.996) than the cosine alone (0.970); an English-only model says nothing of other languages.
 */
export function isCovered(response: Pick<retrieval.SearchResponse, "hits" | "multilingual">, limits: RefusalLimits): boolean {
  const [first] = response.hits;
  if (first === undefined) return false;
  if (first.english || response.multilingual) {
    return (first.cosine + first.termShare) / 2 >= limits.mean || first.cosine >= limits.cosine;
  }
  return first.termShare >= (pairLanguages.has(first.language) ? limits.termShareCjk : limits.termShare);
}
