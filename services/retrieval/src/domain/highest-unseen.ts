import type { IndexResult } from "@parlance/ports";
import { fuse } from "./fusion.ts";

/**
 * The highest fused score, 0 to 1, that a chunk may have which none of the legs proposed: both of its scores are at most those of the last
 * chunk that each leg did propose (the threshold of Fagin, Lotem and Naor, "Optimal aggregation algorithms for middleware", 2003). Hits above
 * it would be the same, in the same order, had the legs proposed more. `weights` are those that the vector may have in this knowledge.
 */
export function highestUnseen({ candidates, bestBm25 }: IndexResult, perLeg: number, weights: readonly number[]): number {
  const lastOf = (leg: "cosine" | "bm25"): number =>
    candidates.map((candidate) => candidate[leg]).toSorted((a, b) => b - a)[perLeg - 1] ?? 0;
  const last = { cosine: lastOf("cosine"), bm25: lastOf("bm25") };
  return Math.max(0, ...weights.map((weight) => fuse(last, bestBm25, weight)));
}
