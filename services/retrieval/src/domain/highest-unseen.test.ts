import type { IndexCandidate } from "@parlance/ports";
import { payloadOf } from "@parlance/ports/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fuse } from "./fusion.ts";
import { highestUnseen } from "./highest-unseen.ts";

type Scores = Pick<IndexCandidate, "cosine" | "bm25">;

/** What an index with these chunks answers. */
function propose(chunks: readonly Scores[], perLeg: number) {
  const leg = (of: keyof Scores) =>
    chunks
      .filter((chunk) => chunk[of] !== 0)
      .toSorted((a, b) => b[of] - a[of])
      .slice(0, perLeg);
  const proposed = new Set([...leg("cosine"), ...leg("bm25")]);
  const candidates = [...proposed].map((scores) => ({
    chunkId: "",
    documentId: "",
    matchedTerms: [],
    payload: payloadOf(""),
    ...scores,
  }));
  const bestBm25 = Math.max(0, ...chunks.map(({ bm25 }) => bm25));
  return { proposed, result: { candidates, bestBm25, chunkCount: chunks.length, documentFrequency: new Map(), near: new Map() } };
}

describe("highestUnseen", () => {
  it("is never below the score of a chunk that no leg proposed", () => {
    const chunk = fc.record({
      cosine: fc.double({ min: -1, max: 1, noNaN: true }),
      bm25: fc.double({ min: 0, max: 30, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (chunks, perLeg) => {
        const weights = [0, 0.35, 0.75];
        const { proposed, result } = propose(chunks, perLeg);
        const highest = highestUnseen(result, perLeg, weights);
        for (const weight of weights) {
          for (const unseen of chunks.filter((one) => !proposed.has(one))) {
            expect(fuse(unseen, result.bestBm25, weight)).toBeLessThanOrEqual(highest + 1e-12);
          }
        }
      }),
    );
  });

  it("is 0 when the legs had nothing more to propose", () => {
    const { result } = propose(
      [
        { cosine: 0.9, bm25: 3 },
        { cosine: 0.5, bm25: 0 },
      ],
      3,
    );
    expect(highestUnseen(result, 3, [0.75])).toBe(0);
  });
});
