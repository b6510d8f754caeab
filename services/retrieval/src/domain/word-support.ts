import { analyze, splitSentences } from "@parlance/language";
import { weightedShare, type ShareStatistics } from "./term-share.ts";

export interface Passage {
  text: string;
  /** ISO 639-1, empty if unknown. */
  language: string;
  /** Terms of the question that it is known to hold, those of its headings among them. */
  matched: readonly string[];
}

/** Terms shorter than this are in too many words by chance. */
const shortestAlike = 4;
/** Beginnings that two terms must share to be of one family. */
const shortestBeginning = 5;
const leastOfTerm = 0.6;
/** What a term of the same family counts against the term itself. */
const compound = 0.7;
const relative = 0.6;
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
    splitSentences(text, language).map((sentence) => analyze(sentence.text, language));
  const [ofBest = [], ...others] = passages.map(sentencesOf);
  const whole = shareOf(new Set([...best.matched, ...ofBest.flat()]));
  const sentences = [...ofBest, ...others.flat()].map((sentence) => new Set(sentence));
  return (whole + Math.max(0, ...sentences.map(shareOf))) / 2;
}

/** The share of a question's content terms that a set of terms holds, 0 to 1, words of the same family among them. */
export function coverage(contentTerms: readonly string[], statistics: ShareStatistics): (terms: ReadonlySet<string>) => number {
  const chunkCount = Math.max(statistics.chunkCount, fewChunks);
  return (terms) => weightedShare(contentTerms, (term) => likeness(term, terms), { ...statistics, chunkCount });
}

/** 1 for a term that is held, less for one that is part of a held one, holds one, or begins as one does; 0 else. */
function likeness(term: string, held: ReadonlySet<string>): number {
  if (held.has(term)) return 1;
  if (term.length < shortestAlike) return 0;
  let best = 0;
  for (const other of held) {
    if (other.length >= shortestAlike) best = Math.max(best, familyOf(term, other));
    if (best === compound) break;
  }
  return best;
}

function familyOf(term: string, other: string): number {
  if (other.includes(term)) {
    const atAnEnd = other.startsWith(term) || other.endsWith(term);
    return atAnEnd || term.length >= shortestBeginning ? compound : 0;
  }
  if (term.includes(other)) return relative;
  const shared = sharedBeginning(term, other);
  return shared >= shortestBeginning && shared >= leastOfTerm * Math.max(term.length, other.length) ? relative : 0;
}

function sharedBeginning(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
