import { create } from "@bufbuild/protobuf";
import { retrieval } from "@parlance/contracts";
import { describe, expect, it } from "vitest";
import { isCovered } from "./refusal.ts";

const limits = { mean: 0.35, cosine: 0.5, termShare: 0.3, termShareCjk: 0.2 };

function found(hit: { cosine: number; termShare: number; english?: boolean; language?: string } | undefined, multilingual = false) {
  const hits = hit === undefined ? [] : [create(retrieval.HitSchema, { english: false, language: "", ...hit })];
  return { hits, multilingual };
}

describe("isCovered", () => {
  it("refuses when nothing was found", () => {
    expect(isCovered(found(undefined), limits)).toBe(false);
  });

  it("judges English by the mean of cosine and term share, or by a high cosine alone", () => {
    expect(isCovered(found({ cosine: 0.3, termShare: 0.4, english: true }), limits)).toBe(true);
    expect(isCovered(found({ cosine: 0.3, termShare: 0.39, english: true }), limits)).toBe(false);
    expect(isCovered(found({ cosine: 0.5, termShare: 0, english: true }), limits)).toBe(true);
  });

  it("does not believe the cosine of an English-only model in another language", () => {
    expect(isCovered(found({ cosine: 0.9, termShare: 0.1, language: "ru" }), limits)).toBe(false);
    expect(isCovered(found({ cosine: 0.9, termShare: 0.1, language: "ru" }, true), limits)).toBe(true);
  });

  it("asks less where terms are pairs of characters", () => {
    expect(isCovered(found({ cosine: 0, termShare: 0.25, language: "zh" }), limits)).toBe(true);
    expect(isCovered(found({ cosine: 0, termShare: 0.25, language: "de" }), limits)).toBe(false);
  });
});
