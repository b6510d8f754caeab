import { retrieval } from "@parlance/contracts";
import { contentTerms, detectLanguage, hasContent, replyLanguages, spoken, termsOfParticular } from "@parlance/language";

/** From which strength of its passages a question is answered. */
export interface RefusalLimits {
  /** Mean of cosine and term share of the best passage, 0 to 1, from which no closer look is needed. */
  certain: number;
  /** Support by the best sentence, 0 to 1.2, from which a question of many words is answered. */
  support: number;
  /** The same for a question of a word or two. */
  supportShort: number;
  /** Mean of the support by words and by the best sentence, 0 to 1, where the embedding model understands roughly, from which a question of many words is answered. */
  roughSupport: number;
  /** The same for a question of a word or two. */
  roughSupportShort: number;
  /** Cosine of the best sentence from which a question in another language than its document is answered, which shares no words with it. */
  foreignSupport: number;
  /** The same for a question of a word or two. */
  foreignSupportShort: number;
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
/** What is asked less of the mean of words and sentence there, for pairs are seldom all held. */
const pairsLack = 0.025;
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
  const understood = isUnderstood(found);
  if (saysNothing(question, first)) return understood && (await lookCloser()).sentenceCosine >= limits.support;
  if (first.termShare >= (understood ? convincingShare : convincingShareByWords)) return true;
  if (!understood) {
    const isRough = first.understanding === retrieval.Understanding.ROUGH;
    const byBoth = isRough ? await isCoveredRoughly({ question, found }, limits, lookCloser) : undefined;
    return byBoth ?? found.wordSupport >= (pairLanguages.has(first.language) ? limits.pairSupport : limits.wordSupport);
  }
  if ((first.cosine + first.termShare) / 2 >= limits.certain) return true;
  const { sentenceCosine, sentenceShare } = await lookCloser();
  const least = between(limits.supportShort, limits.support, saidBy(question, first.language));
  return sentenceCosine + 0.1 * sentenceShare + 0.1 * first.termShare >= least;
}

/** Where a model understands roughly, words and the sentence that comes nearest decide together; undefined where that model is not there. */
async function isCoveredRoughly(
  { question, found }: Asked,
  limits: RefusalLimits,
  lookCloser: LookCloser,
): Promise<boolean | undefined> {
  const language = found.hits[0]?.language ?? "";
  const isForeign = !spoken(question, { english: false }).isAskedIn(language);
  const lessOfPairs = pairLanguages.has(language) ? pairsLack : 0;
  const said = saidBy(question, isForeign ? (replyLanguages(question, language)[0] ?? language) : language);
  const least = between(limits.roughSupportShort, limits.roughSupport, said) - lessOfPairs;
  if (!isForeign && found.wordSupport / 2 >= least) return true;
  const { sentenceCosine } = await lookCloser();
  if (sentenceCosine === 0) return undefined;
  if (isForeign) return sentenceCosine >= between(limits.foreignSupportShort, limits.foreignSupport, said);
  return (found.wordSupport + sentenceCosine) / 2 >= least;
}

/** How much a question says, from 0 for a word or two to 1 for all that one may mean. */
function saidBy(question: string, language: string): number {
  return Math.min(1, Math.max(0, (contentTerms(question, language).length - fewTerms) / (manyTerms - fewTerms)));
}

function between(from: number, to: number, share: number): number {
  return from + share * (to - from);
}

/** Whether the embedding model fully understands the best passage. A retrieval of before it told so knew English alone. */
export function isUnderstood({ hits: [first], multilingual }: Asked["found"]): boolean {
  const { Understanding } = retrieval;
  if (first === undefined) return false;
  const isTold = first.understanding !== Understanding.UNSPECIFIED;
  return isTold ? first.understanding === Understanding.FULL : first.english || multilingual;
}

/** "No" and "so what?" are made of words that every passage holds. An owner who wrote an answer to such a question is asked it. */
function saysNothing(question: string, { language, sourceType }: retrieval.Hit): boolean {
  const own = detectLanguage(question);
  return sourceType !== "q&a" && !hasContent(question, own) && termsOfParticular(question, language, own) === undefined;
}
