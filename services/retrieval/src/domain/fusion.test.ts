import { describe, expect, it } from "vitest";
import { fuse, vectorWeight, vectorWeights } from "./fusion.ts";
import { guessValue, termShare } from "./term-share.ts";

describe("fuse", () => {
  const english = { english: true, language: "en" };

  const german = { english: false, language: "de" };
  const model = { multilingual: false, roughly: ["en", "de"] };
  const inEnglish = { reading: "english", isAskedIn: (language: string) => language === "en" } as const;
  const inGerman = { reading: "any", isAskedIn: (language: string) => language === "de" } as const;

  it("weighs the vector by how well the model knows the languages of the question and of the document", () => {
    expect(vectorWeight(english, inEnglish, model)).toBe(0.75);
    expect(vectorWeight(german, inGerman, model)).toBe(0.5);
    expect(vectorWeight({ english: false, language: "sv" }, inGerman, model)).toBe(0.35);
    expect(vectorWeight({ english: false, language: "el" }, inGerman, model)).toBe(0);
    expect(vectorWeight({ english: false, language: "el" }, inGerman, { multilingual: true, roughly: [] })).toBe(0.75);
  });

  it("weighs words less where a question is asked in another language than the document's", () => {
    expect(vectorWeight(english, inGerman, model)).toBe(0.85);
  });

  it("gives a document no vector that only the part of the model for English could have compared with the question", () => {
    expect(vectorWeight({ english: false, language: "ru" }, inEnglish, model)).toBe(0);
  });

  it("weighs by every weight that a knowledge may need", () => {
    const weightsOf = (languages: string[], english?: boolean) =>
      vectorWeights({ languages, ...(english !== undefined && { english }) }, inGerman, model).toSorted((a, b) => a - b);
    expect(weightsOf(["de"], false)).toEqual([0.5]);
    expect(weightsOf(["el"], false)).toEqual([0]);
    expect(weightsOf(["el", "de"], false)).toEqual([0, 0.5]);
    expect(weightsOf(["el"])).toEqual([0, 0.85]);
    expect(weightsOf([])).toEqual([0, 0.35, 0.85]);
    expect(vectorWeights({ languages: ["el", "de"] }, inGerman, { multilingual: true, roughly: [] })).toEqual([0.75]);
  });

  it("gives a candidate that one leg did not find that leg's true value", () => {
    expect(fuse({ cosine: 0.8, bm25: 0 }, 10, 0.75)).toBeCloseTo(0.6);
    expect(fuse({ cosine: 0, bm25: 10 }, 10, 0.75)).toBeCloseTo(0.25);
  });

  it("stays between 0 and 1 when no word matches anything or the vectors point apart", () => {
    expect(fuse({ cosine: -0.4, bm25: 0 }, 0, 0.75)).toBe(0);
    expect(fuse({ cosine: 1, bm25: 7 }, 7, 0.75)).toBe(1);
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
    const elsewhere = { ...guess, guessValue: guessValue({ english: false }) };
    expect(termShare(["raer"], new Set(["rare"]), elsewhere)).toBeCloseTo(held * 0.75);
    expect(termShare(["raer", "common"], new Set(["common"]), { ...guess, corrected: meant([]) })).toBe(1);
  });

  it("counts a term that no chunk holds fully, for that is what the knowledge is missing", () => {
    expect(termShare(["rare", "unheard"], new Set(["rare"]), statistics)).toBeLessThan(0.5);
  });

  it("is 0 for a question without terms", () => {
    expect(termShare([], new Set(), statistics)).toBe(0);
  });
});
