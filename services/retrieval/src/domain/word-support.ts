import { heldUnits, likeness, splitSentences } from "@parlance/language";
import { weightedShare, type ShareStatistics } from "./term-share.ts";

export interface Passage {
  text: string;
  /** ISO 639-1, empty if unknown. */
  language: string;
  /** Terms of the question that it is known to hold, those of its headings among them. */
  matched: readonly string[];
}

/** Each is compared with all words of a passage; what is longer is a pasted text, which its beginning stands for. */
const mostAsked = 500;

/** A handful of chunks says little about how rare a word is. */
const fewChunks = 15;

/**
 * How well words alone cover a question, 0 to 1: the mean of the share of its content terms that the best passage holds and the share that
 * the best sentence of all passages holds, so that words that happen to stand far from each other count less. Words of the same family count
 * as well, which languages that join words ("Schuhe" in "Hallenschuhen") and visitors who do not repeat the owner's words ask for.
 */
export function wordSupport(contentTerms: readonly string[], passages: readonly Passage[], statistics: ShareStatistics): number {
  const [best] = passages;
  if (best === undefined) return 0;
  const shareOf = coverage(contentTerms, statistics);
  const sentencesOf = ({ text, language }: Passage) =>
    splitSentences(text, language).map((sentence) => heldUnits(sentence.text, language));
  const [ofBest = [], ...others] = passages.map(sentencesOf);
  const whole = shareOf(new Set([...best.matched, ...ofBest.flat()]));
  const sentences = [...ofBest, ...others.flat()].map((sentence) => new Set(sentence));
  return (whole + Math.max(0, ...sentences.map(shareOf))) / 2;
}

/** The share of a question's content terms, of the first 500, that a set of terms holds, 0 to 1, words of the same family among them. */
export function coverage(contentTerms: readonly string[], statistics: ShareStatistics): (terms: ReadonlySet<string>) => number {
  const chunkCount = Math.max(statistics.chunkCount, fewChunks);
  const asked = contentTerms.slice(0, mostAsked);
  return (terms) => weightedShare(asked, (term) => likeness(term, terms), { ...statistics, chunkCount });
}
