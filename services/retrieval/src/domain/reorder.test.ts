import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reorder, reorderedHits } from "./reorder.ts";
import { wordSupport } from "./word-support.ts";

const hitOf = (id: string, score: number, { english = true, text = "" } = {}) => ({
  id,
  score,
  candidate: {
    payload: {
      text,
      headings: [],
      title: "",
      sourceName: "",
      sourceType: "text",
      language: english ? "en" : "de",
      english,
      revision: "",
      start: 0,
      ordinal: 0,
    },
  },
});
const idsOf = (hits: readonly { id: string }[]) => hits.map(({ id }) => id);

describe("reorder", () => {
  it("keeps every hit, and those after the fifth where they were", () => {
    const hit = fc.record({
      score: fc.double({ min: 0, max: 1, noNaN: true }),
      support: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(hit, { maxLength: 12 }), (found) => {
        const hits = found
          .toSorted((a, b) => b.score - a.score)
          .map(({ score, support }, i) => ({ ...hitOf(`${i}`, score), support }));
        const ordered = reorder(hits, ({ support }) => support, false);
        expect(new Set(ordered)).toEqual(new Set(hits));
        expect(ordered.slice(reorderedHits)).toEqual(hits.slice(reorderedHits));
      }),
    );
  });

  it("never changes the order of the first hits when more follow", () => {
    const hits = [0.6, 0.58, 0.56, 0.54, 0.52, 0.5, 0.48].map((score, i) => hitOf(`${i}`, score));
    const supportOf = ({ id }: { id: string }) => Number(id) / 10;
    const ordered = idsOf(reorder(hits, supportOf, false));
    expect(idsOf(reorder(hits.slice(0, reorderedHits), supportOf, false))).toEqual(ordered.slice(0, reorderedHits));
    expect(ordered).not.toEqual(idsOf(hits));
  });

  it("leaves hits as they came when the words cover all of them alike", () => {
    const hits = [hitOf("a", 0.5), hitOf("b", 0.5), hitOf("c", 0.4)];
    expect(idsOf(reorder(hits, () => 0.3, false))).toEqual(["a", "b", "c"]);
  });

  it("trusts words more where the vector does not know the language", () => {
    const hits = (english: boolean) => [hitOf("vector", 0.6, { english }), hitOf("words", 0.4, { english })];
    const supportOf = ({ id }: { id: string }) => (id === "words" ? 0.5 : 0);
    expect(idsOf(reorder(hits(true), supportOf, false))).toEqual(["vector", "words"]);
    expect(idsOf(reorder(hits(false), supportOf, false))).toEqual(["words", "vector"]);
    expect(idsOf(reorder(hits(false), supportOf, true))).toEqual(["vector", "words"]);
  });

  it("puts a passage that answers in words of the same family before one that shares only small words", () => {
    const statistics = { chunkCount: 15, documentFrequency: new Map([["schuh", 0]]) };
    const hits = [
      hitOf("small", 0.4, { english: false, text: "Ich bin beim Training und brauche keine Anmeldung." }),
      hitOf("family", 0.35, { english: false, text: "Bitte die Halle nur mit sauberen Hallenschuhen betreten." }),
    ];
    const supportOf = ({ candidate: { payload } }: (typeof hits)[number]) =>
      wordSupport(["schuh"], [{ text: payload.text, language: payload.language, matched: [] }], statistics);
    expect(idsOf(reorder(hits, supportOf, false))).toEqual(["family", "small"]);
  });
});
