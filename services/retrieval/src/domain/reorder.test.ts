import type { Understanding } from "@parlance/language";
import { payloadOf } from "@parlance/ports/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reorder, reorderedHits, type Judges } from "./reorder.ts";
import { wordSupport } from "./word-support.ts";

const hitOf = (
  id: string,
  score: number,
  { understanding = "well", text = "" }: { understanding?: Understanding; text?: string } = {},
) => ({
  id,
  score,
  understanding,
  candidate: {
    payload: { ...payloadOf(text), language: understanding === "well" ? "en" : "de", english: understanding === "well" },
  },
});
const idsOf = (hits: readonly { id: string }[]) => hits.map(({ id }) => id);

type Hit = ReturnType<typeof hitOf>;
/** Sentences tell nothing apart unless a test says so. */
const judges = (supportOf: (hit: Hit) => number, more: Partial<Judges<Hit>> = {}): Judges<Hit> => ({
  supportOf,
  nearestSentence: () => Promise.resolve(0),
  ...more,
});

describe("reorder", () => {
  it("keeps every hit, those after the fifth where they were, and scores that fall", async () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const hit = fc.record({ score: share, support: share, nearest: share });
    await fc.assert(
      fc.asyncProperty(fc.array(hit, { maxLength: 12 }), async (found) => {
        const sorted = found.toSorted((a, b) => b.score - a.score);
        const hits = sorted.map(({ score }, i) => hitOf(`${i}`, score));
        const of = ({ id }: Hit) => sorted[Number(id)];
        const nearestSentence = (one: Hit) => Promise.resolve(of(one)?.nearest ?? 0);
        const ordered = await reorder(
          hits,
          judges((one) => of(one)?.support ?? 0, { nearestSentence }),
        );
        expect(new Set(idsOf(ordered))).toEqual(new Set(idsOf(hits)));
        expect(ordered.map(({ score }) => score)).toEqual(hits.map(({ score }) => score));
        expect(ordered.slice(reorderedHits)).toEqual(hits.slice(reorderedHits));
      }),
    );
  });

  it("never changes the order of the first hits when more follow", async () => {
    const hits = [0.6, 0.58, 0.56, 0.54, 0.52, 0.5, 0.48].map((score, i) => hitOf(`${i}`, score));
    const byNumber = judges(({ id }) => Number(id) / 10);
    const ordered = idsOf(await reorder(hits, byNumber));
    expect(idsOf(await reorder(hits.slice(0, reorderedHits), byNumber))).toEqual(ordered.slice(0, reorderedHits));
    expect(ordered).not.toEqual(idsOf(hits));
  });

  it("leaves hits as they came when words and sentences cover all of them alike", async () => {
    const hits = [hitOf("a", 0.5), hitOf("b", 0.5), hitOf("c", 0.4)];
    expect(
      idsOf(
        await reorder(
          hits,
          judges(() => 0.3),
        ),
      ),
    ).toEqual(["a", "b", "c"]);
  });

  it("trusts words more where the vector does not know the language", async () => {
    const order = async (understanding: Understanding) => {
      const hits = [hitOf("vector", 0.6, { understanding }), hitOf("words", 0.4, { understanding })];
      const nearestSentence = ({ id }: Hit) => Promise.resolve(id === "vector" ? 1 : 0);
      return idsOf(
        await reorder(
          hits,
          judges(({ id }) => (id === "words" ? 0.5 : 0), { nearestSentence }),
        ),
      );
    };
    expect(await order("well")).toEqual(["vector", "words"]);
    expect(await order("not")).toEqual(["words", "vector"]);
  });

  describe("of passages that are close to each other", () => {
    const asking = (understanding: Understanding, second: number) => {
      const asked: string[] = [];
      const nearestSentence = ({ id }: Hit) => {
        asked.push(id);
        return Promise.resolve(id === "second" ? 0.8 : 0.4);
      };
      const hits = [
        hitOf("first", 0.6, { understanding }),
        hitOf("second", second, { understanding }),
        hitOf("far", 0.2, { understanding }),
      ];
      return reorder(
        hits,
        judges(() => 0, { nearestSentence }),
      ).then((ordered) => ({ ids: idsOf(ordered), asked }));
    };

    it("puts the one first whose sentence comes nearest to the question", async () => {
      const anew = { ids: ["second", "first", "far"], asked: ["first", "second"] };
      expect(await asking("well", 0.55)).toEqual(anew);
      expect(await asking("roughly", 0.55)).toEqual(anew);
    });

    it("looks at no sentence when one is clearly ahead, or the embedding model does not know the language", async () => {
      expect(await asking("well", 0.45)).toEqual({ ids: ["first", "second", "far"], asked: [] });
      expect(await asking("not", 0.55)).toEqual({ ids: ["first", "second", "far"], asked: [] });
    });
  });

  it("puts a passage that answers in words of the same family before one that shares only small words", async () => {
    const statistics = { chunkCount: 15, documentFrequency: new Map([["schuh", 0]]) };
    const hits = [
      hitOf("small", 0.4, { understanding: "not", text: "Ich bin beim Training und brauche keine Anmeldung." }),
      hitOf("family", 0.35, { understanding: "not", text: "Bitte die Halle nur mit sauberen Hallenschuhen betreten." }),
    ];
    const supportOf = ({ candidate: { payload } }: Hit) =>
      wordSupport(["schuh"], [{ text: payload.text, language: payload.language, matched: [] }], statistics);
    expect(idsOf(await reorder(hits, judges(supportOf)))).toEqual(["family", "small"]);
  });
});
