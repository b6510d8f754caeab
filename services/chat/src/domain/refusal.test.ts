import { create } from "@bufbuild/protobuf";
import { retrieval } from "@parlance/contracts";
import { describe, expect, it } from "vitest";
import { isCovered } from "./refusal.ts";

const limits = { certain: 0.5, hopeless: 0.2, support: 0.41, termShare: 0.3, termShareCjk: 0.2 };

function found(hit: { cosine: number; termShare: number; english?: boolean; language?: string } | undefined, multilingual = false) {
  const hits = hit === undefined ? [] : [create(retrieval.HitSchema, { english: false, language: "", ...hit })];
  return { hits, multilingual };
}

const unasked = () => Promise.reject(new Error("a clear case needs no closer look"));
const sentences = (sentenceCosine: number, sentenceShare: number) => () => Promise.resolve({ sentenceCosine, sentenceShare });

describe("isCovered", () => {
  it("refuses when nothing was found", async () => {
    expect(await isCovered(found(undefined), limits, unasked)).toBe(false);
  });

  it("decides clear cases by the best passage alone", async () => {
    expect(await isCovered(found({ cosine: 0.4, termShare: 0.6, english: true }), limits, unasked)).toBe(true);
    expect(await isCovered(found({ cosine: 0.55, termShare: 0, english: true }), limits, unasked)).toBe(true);
    expect(await isCovered(found({ cosine: 0.2, termShare: 0.1, english: true }), limits, unasked)).toBe(false);
  });

  it("decides doubtful ones by the sentence that comes nearest", async () => {
    const doubtful = found({ cosine: 0.3, termShare: 0.5, english: true });
    expect(await isCovered(doubtful, limits, sentences(0.5, 0.2))).toBe(true);
    expect(await isCovered(doubtful, limits, sentences(0.3, 0.2))).toBe(false);
  });

  it("does not believe the cosine of an English-only model in another language", async () => {
    expect(await isCovered(found({ cosine: 0.9, termShare: 0.1, language: "ru" }), limits, unasked)).toBe(false);
    expect(await isCovered(found({ cosine: 0.9, termShare: 0.1, language: "ru" }, true), limits, unasked)).toBe(true);
  });

  it("asks less where terms are pairs of characters", async () => {
    expect(await isCovered(found({ cosine: 0, termShare: 0.25, language: "zh" }), limits, unasked)).toBe(true);
    expect(await isCovered(found({ cosine: 0, termShare: 0.25, language: "de" }), limits, unasked)).toBe(false);
  });
});
