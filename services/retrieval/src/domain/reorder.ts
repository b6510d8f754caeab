import type { IndexCandidate } from "@parlance/ports";

/** How many of the first hits are put in order anew; always as many, so that no order depends on how many hits were asked for. */
export const reorderedHits = 5;

/** Weight of the words against the fused score, 0 to 1: less where the vector knows the language. Measured on judged questions. */
const wordWeight = 0.25;
const wordWeightElsewhere = 0.4;

interface Hit {
  candidate: Pick<IndexCandidate, "payload">;
  /** 0 to 1. */
  score: number;
}

/**
 * The same hits, the first five in the order of `(1 - weight) × score + weight × support`, ties as they came. `supportOf` says how well the
 * words of one passage cover the question, 0 to 1. The fused score is of the passage as a whole and of function words as well; this counts
 * only what the question is about, wants it close together, and knows words of the same family.
 */
export function reorder<H extends Hit>(hits: readonly H[], supportOf: (hit: H) => number, multilingual: boolean): H[] {
  const head = hits.slice(0, reorderedHits).map((hit) => {
    const weight = hit.candidate.payload.english || multilingual ? wordWeight : wordWeightElsewhere;
    return { hit, score: (1 - weight) * hit.score + weight * supportOf(hit) };
  });
  const ordered = head.toSorted((a, b) => b.score - a.score).map(({ hit }) => hit);
  return [...ordered, ...hits.slice(reorderedHits)];
}
