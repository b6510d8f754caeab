import type { Understanding } from "@parlance/language";
import type { IndexCandidate } from "@parlance/ports";

/** How many of the first hits are put in order anew; always as many, so that no order depends on how many hits were asked for. */
export const reorderedHits = 5;

/** Weight of the words against the fused score, 0 to 1: less where the vector knows the language. Measured on judged questions. */
const wordWeight = 0.25;
const wordWeightElsewhere = 0.4;

/** Of so many first hits, those that are no further behind the first one are told apart by their sentences. */
const closestHits = 3;
const closeBehind = 0.08;
/** What the cosine of the nearest sentence adds to a score. */
const sentenceWeight = 0.25;

interface Hit {
  candidate: Pick<IndexCandidate, "payload">;
  understanding: Understanding;
  /** 0 to 1. */
  score: number;
}

export interface Judges<H extends Hit> {
  /** How well the words of the passage cover the question, 0 to 1. */
  supportOf: (hit: H) => number;
  /** Highest cosine of the question and one of the passage's sentences. Costs a few embeddings, so only close calls ask for it. */
  nearestSentence: (hit: H) => Promise<number>;
}

/**
 * The same hits, the first five in the order of `(1 - weight) × score + weight × support`, ties as they came. The fused score is of the
 * passage as a whole and of function words as well; support counts only what the question is about, wants it close together, and knows words
 * of the same family. Where that leaves the first ones close to each other, the passage whose sentence comes nearest to the question goes first.
 * Scores keep their places, so that they go on to fall from hit to hit.
 */
export async function reorder<H extends Hit>(hits: readonly H[], judges: Judges<H>): Promise<H[]> {
  const understood = ({ understanding }: H) => understanding === "well";
  const head = hits.slice(0, reorderedHits).map((hit) => {
    const weight = understood(hit) ? wordWeight : wordWeightElsewhere;
    return { hit, score: (1 - weight) * hit.score + weight * judges.supportOf(hit) };
  });
  head.sort(byScore);
  const close = head.slice(0, closestHits).filter(({ score }) => (head[0]?.score ?? 0) - score <= closeBehind);
  if (close.length > 1 && close.every(({ hit }) => hit.understanding !== "not")) {
    const nearest = await Promise.all(close.map(({ hit }) => judges.nearestSentence(hit)));
    const settled = close.map(({ hit, score }, i) => ({ hit, score: score + sentenceWeight * (nearest[i] ?? 0) }));
    head.splice(0, close.length, ...settled.sort(byScore));
  }
  return [...head.map(({ hit }, place) => ({ ...hit, score: hits[place]?.score ?? hit.score })), ...hits.slice(reorderedHits)];
}

function byScore(a: { score: number }, b: { score: number }): number {
  return b.score - a.score;
}
