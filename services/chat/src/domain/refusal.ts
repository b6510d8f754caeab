import type { retrieval } from "@parlance/contracts";

/** From which strength of its passages a question is answered. */
export interface RefusalLimits {
  /** Mean of cosine and term share of the best passage, 0 to 1, from which no closer look is needed. */
  certain: number;
  /** The same, below which no closer look is worth it. */
  hopeless: number;
  /** Strength of the best sentence, 0 to 1, from which a doubtful question is answered. */
  support: number;
  /** Term share alone of the best passage, for documents in a language that the embedding model does not understand. */
  termShare: number;
  /** The same where terms are pairs of characters. */
  termShareCjk: number;
}

export type Found = Pick<retrieval.SearchResponse, "hits" | "multilingual">;
/** Looks at single sentences of the best passages; costs a few embeddings, so it is asked only in doubt. */
export type LookCloser = (passages: readonly retrieval.Hit[]) => Promise<{ sentenceCosine: number; sentenceShare: number }>;

/** Cosine of the best passage that alone speaks for an answer, however its words differ. */
const convincingCosine = 0.55;
const passagesToLookAt = 3;
const pairLanguages = new Set(["zh", "ja", "ko"]);

/**
 * Whether the knowledge covers a question. What the best passage shares with it as a whole decides the clear cases; in between single
 * sentences do, which tell a passage that answers from one that is merely about the same thing (docs/quality.md has the figures).
 */
export async function isCovered(found: Found, limits: RefusalLimits, lookCloser: LookCloser): Promise<boolean> {
  const [first] = found.hits;
  if (first === undefined) return false;
  if (!first.english && !found.multilingual) {
    return first.termShare >= (pairLanguages.has(first.language) ? limits.termShareCjk : limits.termShare);
  }
  const mean = (first.cosine + first.termShare) / 2;
  if (mean >= limits.certain || first.cosine >= convincingCosine) return true;
  if (mean < limits.hopeless) return false;
  const { sentenceCosine, sentenceShare } = await lookCloser(found.hits.slice(0, passagesToLookAt));
  const support = 0.5 * sentenceCosine + 0.25 * sentenceShare + 0.25 * first.termShare;
  return support >= limits.support;
}
