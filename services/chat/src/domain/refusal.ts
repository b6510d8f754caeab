import type { retrieval } from "@parlance/contracts";
import { contentTerms, detectLanguage, hasContent, termsOfParticular } from "@parlance/language";

/** From which strength of its passages a question is answered. */
export interface RefusalLimits {
  /** Mean of cosine and term share of the best passage, 0 to 1, from which no closer look is needed. */
  certain: number;
  /** Support by the best sentence, 0 to 1.2, from which a question of many words is answered. */
  support: number;
  /** The same for a question of a word or two. */
  supportShort: number;
  /** Support by words alone, 0 to 1, for documents in a language that the embedding model does not understand. */
  wordSupport: number;
  /** The same where terms are pairs of characters or of syllables. */
  pairSupport: number;
}

/** Looks at single sentences of the best passages; costs a few embeddings, so it is not asked in clear cases. */
export type LookCloser = () => Promise<{ sentenceCosine: number; sentenceShare: number }>;

export interface Asked {
  question: string;
  found: Pick<retrieval.SearchResponse, "hits" | "multilingual" | "wordSupport">;
}

/** A passage that holds so much of what was asked covers it, whatever an embedding model makes of the two. */
const convincingShare = 0.7;
/** The same where no embedding model understands the documents: its heading may say a part of it. */
const convincingShareByWords = 0.85;
const pairLanguages = new Set(["zh", "ko", "vi"]);
/** Content terms of a question that says little, and of one that says all it means. */
const fewTerms = 2;
const manyTerms = 6;

/**
 * Whether the knowledge covers a question. The sentence that comes nearest decides: a passage that speaks of several things resembles no
 * question about one of them, and one that is merely about the same thing resembles many that it does not answer. The more a question says,
 * the nearer a sentence that answers it comes, so that more is asked of a long one (docs/quality.md has the figures).
 */
export async function isCovered({ question, found }: Asked, limits: RefusalLimits, lookCloser: LookCloser): Promise<boolean> {
  const [first] = found.hits;
  if (first === undefined) return false;
  const understood = first.english || found.multilingual;
  if (saysNothing(question, first)) return understood && (await lookCloser()).sentenceCosine >= limits.support;
  if (first.termShare >= (understood ? convincingShare : convincingShareByWords)) return true;
  if (!understood) return found.wordSupport >= (pairLanguages.has(first.language) ? limits.pairSupport : limits.wordSupport);
  if ((first.cosine + first.termShare) / 2 >= limits.certain) return true;
  const { sentenceCosine, sentenceShare } = await lookCloser();
  const terms = contentTerms(question, first.language).length;
  const said = Math.min(1, Math.max(0, (terms - fewTerms) / (manyTerms - fewTerms)));
  return (
    sentenceCosine + 0.1 * sentenceShare + 0.1 * first.termShare >=
    limits.supportShort + said * (limits.support - limits.supportShort)
  );
}

/** "No" and "so what?" are made of words that every passage holds. An owner who wrote an answer to such a question is asked it. */
function saysNothing(question: string, { language, sourceType }: retrieval.Hit): boolean {
  const own = detectLanguage(question);
  return sourceType !== "q&a" && !hasContent(question, own) && termsOfParticular(question, language, own) === undefined;
}
