import type { IndexCandidate } from "@parlance/ports";
import { describe, expect, it } from "vitest";
import { fuse, vectorWeight } from "./fusion.ts";
import { guessValue, termShare } from "./term-share.ts";

function candidate(scores: { cosine: number; bm25: number }, document: { english: boolean; language: string }): IndexCandidate {
  const payload = {
    text: "",
    headings: [],
    title: "",
    sourceName: "",
    sourceType: "text",
    revision: "",
    start: 0,
    ordinal: 0,
    ...document,
  };
  return { chunkId: "c", documentId: "d", matchedTerms: [], payload, ...scores };
}

describe("fuse", () => {
  const english = { english: true, language: "en" };

  it("weighs the vector by the document's language", () => {
    expect(vectorWeight(english, false)).toBe(0.75);
    expect(vectorWeight({ english: false, language: "de" }, false)).toBe(0.35);
    expect(vectorWeight({ english: false, language: "ru" }, false)).toBe(0);
    expect(vectorWeight({ english: false, language: "ru" }, true)).toBe(0.75);
  });

  it("gives a candidate that one leg did not find that leg's true value", () => {
    expect(fuse(candidate({ cosine: 0.8, bm25: 0 }, english), 10, false)).toBeCloseTo(0.6);
    expect(fuse(candidate({ cosine: 0, bm25: 10 }, english), 10, false)).toBeCloseTo(0.25);
  });

  it("stays between 0 and 1 when no word matches anything or the vectors point apart", () => {
    expect(fuse(candidate({ cosine: -0.4, bm25: 0 }, english), 0, false)).toBe(0);
    expect(fuse(candidate({ cosine: 1, bm25: 7 }, english), 7, false)).toBe(1);
  });
});

describe("termShare", () => {
  const statistics = {
    chunkCount: 100,
    documentFrequency: new Map([
      ["common", 90],
      ["rare", 1],
    ]),
  };

  it("weighs rare terms more than common ones", () => {
    const rare = termShare(["common", "rare"], new Set(["rare"]), statistics);
    const common = termShare(["common", "rare"], new Set(["common"]), statistics);
    expect(rare).toBeGreaterThan(0.9);
    expect(rare + common).toBeCloseTo(1);
  });

  it("counts a corrected term less than one that was typed so, and a misspelt function word not at all", () => {
    const meant = (terms: string[]) => new Map([["raer", { word: "raer", form: "rare", terms }]]);
    const guess = { ...statistics, corrected: meant(["rare", "rear"]), guessValue: guessValue({ english: true }) };
    const held = termShare(["raer"], new Set(["rare"]), guess);
    expect(held).toBeGreaterThan(0.6);
    expect(held).toBeLessThan(0.8);
    expect(termShare(["raer"], new Set(["rear"]), guess)).toBeGreaterThan(0.6);
    expect(termShare(["raer"], new Set(["common"]), guess)).toBe(0);
    expect(termShare(["raer"], new Set(["rare"]), { ...guess, guessValue: guessValue({ english: false }) })).toBeCloseTo(held / 2);
    expect(termShare(["raer", "common"], new Set(["common"]), { ...guess, corrected: meant([]) })).toBe(1);
  });

  it("counts a term that no chunk holds fully, for that is what the knowledge is missing", () => {
    expect(termShare(["rare", "unheard"], new Set(["rare"]), statistics)).toBeLessThan(0.5);
  });

  it("is 0 for a question without terms", () => {
    expect(termShare([], new Set(), statistics)).toBe(0);
  });
});
