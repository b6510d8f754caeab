import { afterAll, beforeAll, describe } from "vitest";
import { generationCases } from "./search-index.contract-generations.ts";
import type { SearchIndexBench } from "./search-index.contract-kit.ts";
import { lifeCases } from "./search-index.contract-life.ts";
import { nearCases } from "./search-index.contract-near.ts";
import { scoreCases } from "./search-index.contract-scores.ts";
import { wordCases } from "./search-index.contract-words.ts";
import type { SearchIndex } from "./search-index.ts";

/** The promises of `SearchIndex`, run against each adapter. `open` is called more than once and opens the same data every time. */
export function describeSearchIndex(name: string, open: () => Promise<SearchIndex>, options: { dimension: number }): void {
  describe(`SearchIndex: ${name}`, { timeout: 60_000 }, () => {
    let index: SearchIndex;
    beforeAll(async () => {
      index = await open();
    });
    afterAll(() => index.close());
    const bench: SearchIndexBench = { index: () => index, open, dimension: options.dimension };

    describe("generations", () => {
      generationCases(bench);
    });
    describe("scores", () => {
      scoreCases(bench);
    });
    describe("words of every kind", () => {
      wordCases(bench);
    });
    describe("words that nobody wrote", () => {
      nearCases(bench);
    });
    describe("load and life", () => {
      lifeCases(bench);
    });
  });
}
