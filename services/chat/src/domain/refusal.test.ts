import { create } from "@bufbuild/protobuf";
import { retrieval } from "@parlance/contracts";
import { describe, expect, it } from "vitest";
import { isCovered } from "./refusal.ts";

const roughly = { roughSupport: 0.34, roughSupportShort: 0.29, foreignSupport: 0.36, foreignSupportShort: 0.3 };
const limits = { certain: 0.65, support: 0.58, supportShort: 0.42, wordSupport: 0.34, pairSupport: 0.2, ...roughly };

interface BestHit {
  cosine: number;
  termShare: number;
  english?: boolean;
  language?: string;
  understanding?: retrieval.Understanding;
  wordSupport?: number;
  sourceType?: string;
}

function found(hit: BestHit | undefined, options: { multilingual?: boolean; question?: string } = {}) {
  const { multilingual = false, question = "Where is the kiosk?" } = options;
  const { wordSupport = 0, ...best } = hit ?? {};
  const hits = hit === undefined ? [] : [create(retrieval.HitSchema, { english: false, language: "", ...best })];
  return { question, found: { hits, multilingual, wordSupport } };
}

const unasked = () => Promise.reject(new Error("a clear case needs no closer look"));
const sentences = (sentenceCosine: number, sentenceShare: number) => () => Promise.resolve({ sentenceCosine, sentenceShare });

describe("isCovered", () => {
  it("refuses when nothing was found", async () => {
    expect(await isCovered(found(undefined), limits, unasked)).toBe(false);
  });

  it("answers by the best passage alone when it holds most of the question", async () => {
    expect(await isCovered(found({ cosine: 0.8, termShare: 0.6, english: true }), limits, unasked)).toBe(true);
    expect(await isCovered(found({ cosine: 0, termShare: 0.7, english: true }), limits, unasked)).toBe(true);
  });

  it("decides by the sentence that comes nearest, however little its passage as a whole resembles the question", async () => {
    const doubtful = found({ cosine: 0.1, termShare: 0, english: true });
    expect(await isCovered(doubtful, limits, sentences(0.5, 0))).toBe(true);
    expect(await isCovered(doubtful, limits, sentences(0.3, 0.2))).toBe(false);
  });

  it("asks more of a question that says more", async () => {
    const question = "Which carrier brings heavy parcels from the northern warehouse to the smaller islands?";
    const long = found({ cosine: 0.4, termShare: 0, english: true, language: "en" }, { question });
    const short = found({ cosine: 0.4, termShare: 0, english: true, language: "en" }, { question: "Which carrier?" });
    expect(await isCovered(short, limits, sentences(0.5, 0))).toBe(true);
    expect(await isCovered(long, limits, sentences(0.5, 0))).toBe(false);
    expect(await isCovered(long, limits, sentences(0.6, 0))).toBe(true);
  });

  it("does not believe the cosine of an English-only model in another language", async () => {
    expect(await isCovered(found({ cosine: 0.9, termShare: 0.1, wordSupport: 0.1, language: "ru" }), limits, unasked)).toBe(false);
    expect(
      await isCovered(
        found({ cosine: 0.9, termShare: 0.1, wordSupport: 0.1, language: "ru" }, { multilingual: true }),
        limits,
        sentences(0.6, 0),
      ),
    ).toBe(true);
  });

  it("answers by a passage that holds nearly all of the question, in any language", async () => {
    expect(await isCovered(found({ cosine: 0, termShare: 0.9, wordSupport: 0.1, language: "de" }), limits, unasked)).toBe(true);
    expect(await isCovered(found({ cosine: 0, termShare: 0.8, wordSupport: 0.1, language: "de" }), limits, unasked)).toBe(false);
  });

  it("takes no passage for an answer to a message that says nothing, but what an owner wrote to it", async () => {
    const said = (question: string, hit: object) => found({ cosine: 0.4, termShare: 1, language: "en", ...hit }, { question });
    expect(await isCovered(said("no", { english: true }), limits, sentences(0.3, 1))).toBe(false);
    expect(await isCovered(said("Und wer?", { language: "de", wordSupport: 1 }), limits, unasked)).toBe(false);
    expect(await isCovered(said("Und wer?", { language: "de", sourceType: "q&a" }), limits, unasked)).toBe(true);
    expect(await isCovered(said("Where are you?", { english: true }), limits, unasked)).toBe(true);
  });

  describe("where the embedding model understands roughly", () => {
    const understanding = retrieval.Understanding.ROUGH;
    const hit = { cosine: 0.3, termShare: 0.1, language: "de", understanding };
    const german = (wordSupport: number, question = "Wann öffnet der Kiosk?") => found({ ...hit, wordSupport }, { question });

    it("lets words and the nearest sentence decide together", async () => {
      expect(await isCovered(german(0.2), limits, sentences(0.45, 0))).toBe(true);
      expect(await isCovered(german(0.2), limits, sentences(0.3, 0))).toBe(false);
      expect(await isCovered(german(0), limits, sentences(0.45, 0))).toBe(false);
    });

    it("looks at no sentence where words suffice", async () => {
      expect(await isCovered(german(0.7), limits, unasked)).toBe(true);
    });

    it("asks more of a question that says more", async () => {
      const long = "Welcher Bote bringt schwere Pakete vom nördlichen Lager bis zu kleinen Inseln?";
      expect(await isCovered(german(0.3, long), limits, sentences(0.33, 0))).toBe(false);
      expect(await isCovered(german(0.3), limits, sentences(0.33, 0))).toBe(true);
    });

    it("lets sentences decide alone where the question is asked in another language", async () => {
      const foreign = german(0, "Во сколько по воскресеньям открывается киоск у главного входа в парк?");
      expect(await isCovered(foreign, limits, sentences(0.4, 0))).toBe(true);
      expect(await isCovered(foreign, limits, sentences(0.33, 0))).toBe(false);
      expect(await isCovered(german(0, "Где киоск?"), limits, sentences(0.33, 0))).toBe(true);
    });

    it("lets words decide alone where that model is missing", async () => {
      expect(await isCovered(german(0.4), limits, sentences(0, 0))).toBe(true);
      expect(await isCovered(german(0.3), limits, sentences(0, 0))).toBe(false);
    });
  });

  it("asks less where terms are pairs of characters", async () => {
    expect(await isCovered(found({ cosine: 0, termShare: 0, wordSupport: 0.25, language: "zh" }), limits, unasked)).toBe(true);
    expect(await isCovered(found({ cosine: 0, termShare: 0, wordSupport: 0.25, language: "de" }), limits, unasked)).toBe(false);
  });
});
