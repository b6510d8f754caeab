import { askedUnits, heldUnits, likeness, spoken, termsOfParticular, understandingOf, type Spoken } from "@parlance/language";
import { type Embedder, ModelUnavailableError } from "@parlance/ports";
import { dot } from "../local/engine.ts";
import type { Candidate } from "./candidate.ts";

export interface Scored extends Candidate {
  score: number;
  /** That the embedding model does not fully understand the language. */
  byWords: boolean;
}

/** Weight of the shared words against a cosine of weight one; measured on judged questions. */
const overlapWeight = 0.75;
/** What a sentence counts in each further passage where words decide alone: the order of the passages knows more than its own words. */
const nextPassageValue = 0.85;
/** What a word counts that stands in the sentence before, of which the candidate speaks. */
const referredValue = 0.8;
/** Weight of a word of the question itself, where the one that it follows stands in front of it. */
const followUpWeight = 2;
/** Words of a question: each is compared with all words of each candidate, and what is longer is a pasted text, which its beginning stands for. */
const mostAsked = 500;
/** Weight of the cosine where the embedding model understands roughly. */
const roughWeight = 0.75;
/** Candidates whose vectors are worth their time; the others share too few words with the question. */
const mostEmbedded = 16;
/** Scripts in which a model that knows English recognises nothing. */
const nonLatin =
  /[\p{Script=Arabic}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Han}\p{Script=Hangul}\p{Script=Hebrew}\p{Script=Devanagari}\p{Script=Thai}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/**
 * Scores each candidate by `cosine + 0.75 × overlap`, best first. Where the embedding model does not know the language the cosine counts
 * less or not at all, and where the model is unavailable the words decide alone.
 */
export async function scoreCandidates(
  candidates: readonly Candidate[],
  question: string,
  { embedder, signal }: { embedder: Embedder; signal: AbortSignal },
): Promise<Scored[]> {
  const overlaps = overlapsOf(candidates, question);
  const { reading } = spoken(question, { english: candidates[0]?.passage.language === "en" });
  const cosineWeight = cosineWeights(embedder, reading);
  const byWords = candidates
    .map((candidate, index) => {
      const byWords = cosineWeight(candidate) < 1;
      const overlap = overlaps[index] ?? 0;
      // Every phone number may be the one that is asked for.
      const isTold = overlap === 1 && termsOfParticular(question, candidate.passage.language) !== undefined;
      const placeValue = byWords && !isTold ? nextPassageValue ** candidate.rank : 1;
      return { ...candidate, score: overlapWeight * placeValue * overlap, placeValue, byWords };
    })
    .sort((left, right) => right.score - left.score);
  const chosen = byWords.slice(0, mostEmbedded).filter((candidate) => cosineWeight(candidate) > 0);
  const cosines = await cosinesOf(chosen, question, { embedder, reading, signal });
  chosen.forEach((candidate, index) => {
    candidate.score += candidate.placeValue * cosineWeight(candidate) * (cosines[index] ?? 0);
  });
  return byWords.sort((left, right) => right.score - left.score);
}

/**
 * For each candidate, the share of the question's stems that it holds, weighted by their rarity among the candidates; 0 to 1. Where the embedding
 * model does not know the language, words of the same family count as well. A pronoun counts almost as what it stands for.
 */
function overlapsOf(candidates: readonly Candidate[], question: string): number[] {
  const stemsOf = ({ context, text, passage }: Candidate) => new Set(heldUnits(`${context} ${text}`, passage.language));
  const stems = candidates.map(stemsOf);
  const asked = new Map<string, string[]>();
  for (const { passage } of candidates) {
    if (!asked.has(passage.language))
      asked.set(passage.language, unitsToFind(question, passage.language, stems).slice(0, mostAsked));
  }
  const referred = candidates.map(({ leansOn }) => (leansOn === undefined ? undefined : stemsOf(leansOn)));
  const weights = new Map<string, number>();
  for (const stem of new Set([...asked.values()].flat())) {
    const holders = stems.filter((own) => own.has(stem)).length;
    weights.set(stem, Math.log(1 + (candidates.length - holders + 0.5) / (holders + 0.5)));
  }
  const [, ...later] = question.split("\n");
  for (const language of asked.keys()) {
    for (const stem of askedUnits(later.join("\n"), language)) {
      weights.set(stem, followUpWeight * (weights.get(stem) ?? 0));
    }
  }
  return candidates.map(({ passage }, index) => {
    const own = stems[index] ?? new Set();
    let held = 0;
    let total = 0;
    for (const stem of asked.get(passage.language) ?? []) {
      const weight = weights.get(stem) ?? 0;
      total += weight;
      const by = (set: ReadonlySet<string>) => (passage.language === "en" ? Number(set.has(stem)) : likeness(stem, set));
      held += weight * Math.max(by(own), referredValue * by(referred[index] ?? new Set()));
    }
    return total === 0 ? 0 : held / total;
  });
}

/** A particular, where any of the candidates tells it: others may tell it in words. */
function unitsToFind(question: string, language: string, stems: readonly ReadonlySet<string>[]): string[] {
  const particular = termsOfParticular(question, language);
  const isTold = stems.some((own) => own.has(particular?.at(-1) ?? ""));
  return particular !== undefined && isTold ? particular : askedUnits(question, language);
}

/** As the search weighs vector against words: fully in English, less where the model understands roughly, a third in other Latin scripts, nothing elsewhere. */
function cosineWeights(embedder: Embedder, reading: Spoken["reading"]): (candidate: Candidate) => number {
  return ({ passage: { language }, text }) => {
    const understanding = understandingOf(embedder, reading, { language, english: language === "en" });
    if (understanding === "well") return 1;
    if (understanding === "roughly") return roughWeight;
    return nonLatin.test(text) ? 0 : 0.35;
  };
}

async function cosinesOf(
  candidates: readonly Candidate[],
  question: string,
  { embedder, reading, signal }: { embedder: Embedder; reading: Spoken["reading"]; signal: AbortSignal },
): Promise<number[]> {
  if (candidates.length === 0) {
    return [];
  }
  const texts = candidates.map(({ context, text }) => (context === "" ? text : `${context} ${text}`));
  try {
    const [asked, ...vectors] = await embedder.embed([question, ...texts], { priority: "interactive", reading, signal });
    return vectors.map((vector) => dot(asked ?? [], vector));
  } catch (error) {
    if (error instanceof ModelUnavailableError) {
      return [];
    }
    throw error;
  }
}
