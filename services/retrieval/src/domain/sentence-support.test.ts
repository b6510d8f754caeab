import { ModelUnavailableError, type Embedder } from "@parlance/ports";
import { describe, expect, it } from "vitest";
import { nearestSentence, sentenceSupport } from "./sentence-support.ts";

/** Knows one direction, that of dogs. */
const embedder = (asked: string[] = []): Embedder => ({
  model: "dogs",
  dimension: 2,
  multilingual: false,
  roughly: [],
  documentScale: 1,
  embed: (texts) => {
    asked.push(...texts);
    return Promise.resolve(texts.map((text) => (text.includes("Dogs") ? Float32Array.of(1, 0) : Float32Array.of(0, 1))));
  },
  close: () => Promise.resolve(),
});
const vector = Float32Array.of(0.6, 0.8);
const passage = { text: "Dogs pay twelve euros. Cats stay at home.", language: "en" };
const coverage = () => 0;
const reading = "english" as const;

describe("sentenceSupport", () => {
  const { signal } = new AbortController();

  it("is the best cosine and the best share of all sentences of all passages", async () => {
    const passages = [{ ...passage, text: "Cats stay at home." }, passage];
    const support = await sentenceSupport(embedder(), "Dogs pay?", { passages, reading, signal });
    expect(support).toEqual({ cosine: 1, share: 1 });
    expect(await sentenceSupport(embedder(), "Dogs pay?", { passages: [], reading, signal })).toEqual({ cosine: 0, share: 0 });
  });

  it("embeds two hundred sentences of a passage at most, those that hold most of the question: a product may have thousands of lines", async () => {
    const asked: string[] = [];
    const text = [...Array.from({ length: 1_000 }, (_, i) => `- cat ${i}`), "- Dogs pay"].join("\n");
    const support = await sentenceSupport(embedder(asked), "Dogs pay?", {
      passages: [{ ...passage, text }, passage],
      reading,
      signal,
    });
    expect(support).toEqual({ cosine: 1, share: 1 });
    expect(asked).toHaveLength(1 + 200 + 2);
  });
});

describe("nearestSentence", () => {
  it("is the cosine of the sentence that comes nearest", async () => {
    expect(await nearestSentence(embedder(), { vector, reading, coverage }, passage)).toBeCloseTo(0.8);
    expect(await nearestSentence(embedder(), { vector, reading, coverage }, { ...passage, text: "Dogs pay." })).toBeCloseTo(0.6);
    expect(await nearestSentence(embedder(), { vector, reading, coverage }, { ...passage, text: "" })).toBe(0);
  });

  it("embeds six sentences at most, those that hold most of the question", async () => {
    const asked: string[] = [];
    const text = Array.from({ length: 20 }, (_, i) => `This is sentence number ${i}.`).join(" ");
    const holds = (terms: ReadonlySet<string>) => Number(terms.has("17"));
    await nearestSentence(embedder(asked), { vector, reading, coverage: holds }, { ...passage, text });
    expect(asked).toHaveLength(6);
    expect(asked[0]).toContain("17");
    expect(asked.slice(1)).toEqual([0, 1, 2, 3, 4].map((i) => `This is sentence number ${i}.`));
  });

  it("is 0 while the model is away, so that a search does not fail for it", async () => {
    const away: Embedder = { ...embedder(), embed: () => Promise.reject(new ModelUnavailableError("away")) };
    expect(await nearestSentence(away, { vector, reading, coverage }, passage)).toBe(0);
  });
});
