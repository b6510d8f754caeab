import { beforeAll, expect, it } from "vitest";
import {
  axis,
  bm25,
  chunk,
  cosine,
  freshScope,
  knowledge,
  plainResult,
  randomWord,
  seeded,
  top,
  unit,
  type SearchIndexBench,
} from "./search-index.contract-kit.ts";
import type { IndexCandidate, IndexQuery } from "./search-index.ts";

/** What both adapters must reach, and so how far their orders may differ. */
const recall = 0.99;

export function scoreCases(bench: SearchIndexBench): void {
  legCases(bench);
  orderCases(bench);
}

function legCases({ index, dimension }: SearchIndexBench): void {
  const north = axis(dimension, 0);

  it("lets each leg propose what the other does not find, with the true scores of both", async () => {
    const scope = freshScope();
    const chunks = [
      chunk("word", "parcel abroad", { vector: axis(dimension, 1, 0, 0.25) }),
      chunk("near", "letter stamp", { vector: axis(dimension, 0, 1, 0.1) }),
      chunk("neither", "letter", { vector: axis(dimension, 2) }),
    ];
    await index().put(scope, chunks);
    const { candidates } = await index().search(scope, { generation: 1, vector: north, terms: ["parcel"], candidates: 1 });
    const byId = new Map(candidates.map((candidate) => [candidate.chunkId, candidate]));
    expect([...byId.keys()].toSorted()).toEqual(["near", "word"]);
    expect(byId.get("word")?.cosine).toBeCloseTo(0.25, 5);
    expect(byId.get("word")?.bm25).toBeCloseTo(bm25(chunks, ["parcel"]).get("word") ?? 0, 5);
    expect(byId.get("near")).toMatchObject({ bm25: 0, matchedTerms: [] });
    expect(byId.get("near")?.cosine).toBeCloseTo(Math.sqrt(0.99), 5);
  });

  it("gives the payload, the document and the matched words of a candidate", async () => {
    const scope = freshScope();
    const stored = chunk("a", "parcel abroad parcel");
    await index().put(scope, [stored]);
    const { candidates } = await index().search(scope, { generation: 1, terms: ["abroad", "stamp", "parcel"], candidates: 3 });
    expect(candidates).toHaveLength(1);
    expect(candidates[0]).toMatchObject({ chunkId: "a", documentId: "d", cosine: 0, payload: stored.payload });
    expect(candidates[0]?.matchedTerms.toSorted()).toEqual(["abroad", "parcel"]);
  });

  it("waits for a vector that is still on its way, and fails as it does", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("far", "parcel", { vector: axis(dimension, 1) }), chunk("near", "", { vector: north })]);
    const made = Promise.withResolvers<Float32Array>();
    const query = { generation: 1, terms: ["parcel"], candidates: 10 };
    const searched = index().search(scope, { ...query, vector: made.promise });
    made.resolve(north);
    expect(rounded((await searched).candidates)).toEqual({ near: 1, far: 0 });
    const reason = new Error("the model is away");
    await expect(index().search(scope, { ...query, vector: Promise.reject(reason) })).rejects.toBe(reason);
  });

  it("finds a chunk without a vector by its words and one without words by its vector", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("words", "parcel"), chunk("vector", "", { vector: north }), chunk("nothing", "")]);
    const { candidates } = await index().search(scope, { generation: 1, vector: north, terms: ["parcel"], candidates: 10 });
    expect(rounded(candidates)).toEqual({ vector: 1, words: 0 });
  });

  it("keeps opposite and perpendicular vectors apart from missing ones", async () => {
    const scope = freshScope();
    await index().put(scope, [
      chunk("south", "", { vector: north.map((value) => -value) }),
      chunk("east", "", { vector: axis(dimension, 1) }),
    ]);
    const { candidates } = await index().search(scope, { generation: 1, vector: north, terms: [], candidates: 10 });
    expect(rounded(candidates)).toEqual({ east: 0, south: -1 });
  });

  it("answers a query without words, without a vector, or without both", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("a", "parcel", { vector: north })]);
    const ask = async (query: Partial<IndexQuery>) => {
      const result = await index().search(scope, { generation: 1, terms: [], candidates: 5, ...query });
      return [result.candidates.length, result.bestBm25 > 0, result.chunkCount];
    };
    expect(await ask({ vector: north })).toEqual([1, false, 1]);
    expect(await ask({ terms: ["parcel"] })).toEqual([1, true, 1]);
    expect(await ask({})).toEqual([0, false, 1]);
    expect(await ask({ vector: new Float32Array(dimension), terms: ["stamp"] })).toEqual([0, false, 1]);
  });

  it("answers for a chatbot that holds nothing", async () => {
    const result = await index().search(freshScope(), { generation: 1, vector: north, terms: ["parcel"], candidates: 5 });
    expect(result).toEqual({
      candidates: [],
      bestBm25: 0,
      chunkCount: 0,
      documentFrequency: new Map([["parcel", 0]]),
      near: new Map(),
    });
  });

  it("counts in how many chunks each word occurs, those in none included", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("a", "parcel parcel"), chunk("b", "parcel letter"), chunk("c", "stamp")]);
    const result = await index().search(scope, { generation: 1, terms: ["parcel", "letter", "unknown"], candidates: 1 });
    expect(result.documentFrequency).toEqual(new Map(Object.entries({ parcel: 2, letter: 1, unknown: 0 })));
    expect(result.chunkCount).toBe(3);
  });

  it("takes the best BM25 from visible chunks only", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("best", "parcel parcel parcel"), chunk("good", "parcel letter stamp")]);
    await index().retire(scope, "d", 2, ["good"]);
    const { candidates, bestBm25 } = await index().search(scope, { generation: 2, terms: ["parcel"], candidates: 5 });
    expect(candidates.map(({ chunkId }) => chunkId)).toEqual(["good"]);
    expect(bestBm25).toBeCloseTo(candidates[0]?.bm25 ?? 0, 5);
  });
}

function orderCases({ index, dimension }: SearchIndexBench): void {
  const scope = freshScope();
  const chunks = knowledge(600, dimension);
  const random = seeded(11);
  const queries = Array.from({ length: 12 }, (_, round) => {
    const near = chunks[Math.floor(random() * chunks.length)]?.vector ?? new Float32Array(dimension);
    const vector = unit([...near].map((value) => value + (random() - 0.5) * 0.2));
    return {
      generation: 1,
      vector,
      terms: [...new Set(Array.from({ length: 1 + round }, () => randomWord(random)))],
      candidates: 20,
    };
  });
  beforeAll(() => index().put(scope, chunks));

  it.each(queries.map((query) => [query.terms.length, query] as const))(
    "gives the same scores and the same order as their definition, for %i words",
    async (_, query) => {
      const { candidates, bestBm25 } = await index().search(scope, query);
      const byWords = bm25(chunks, query.terms);
      const byVector = new Map(chunks.map(({ chunkId, vector }) => [chunkId, cosine(vector, query.vector)]));
      for (const candidate of candidates) {
        expect(candidate.cosine).toBeCloseTo(byVector.get(candidate.chunkId) ?? 0, 4);
        expect(candidate.bm25).toBeCloseTo(byWords.get(candidate.chunkId) ?? 0, 4);
      }
      expect(bestBm25).toBeCloseTo(Math.max(...byWords.values()), 4);
      const found = new Map(candidates.map((candidate) => [candidate.chunkId, candidate]));
      const wanted = [...top(byVector, 20), ...top(byWords, 20)];
      expect(wanted.filter((id) => found.has(id)).length / wanted.length).toBeGreaterThanOrEqual(recall);
      const fused = (cosine: number, words: number) => 0.5 * cosine + (0.5 * words) / bestBm25;
      const order = new Map(candidates.map(({ chunkId, cosine, bm25 }) => [chunkId, fused(cosine, bm25)]));
      const trueOrder = new Map([...found.keys()].map((id) => [id, fused(byVector.get(id) ?? 0, byWords.get(id) ?? 0)]));
      expect(top(order, 10)).toEqual(top(trueOrder, 10));
    },
  );

  it("neither scores nor chooses by what other chatbots hold", async () => {
    const ask = async (query: IndexQuery) => plainResult(await index().search(scope, { ...query, candidates: 5 }));
    const before = await Promise.all(queries.map(ask));
    // Words that are rare here are common there, and the other way round, in texts of another length.
    const terms = Array.from({ length: 150 }, (_, word) => `w${word + 40}`);
    const other = Array.from({ length: 300 }, (_, number) => chunk(`n${number}`, terms.slice(number % 90).join(" ")));
    await index().put({ ...scope, chatbotId: "neighbour" }, other);
    expect(await Promise.all(queries.map(ask))).toEqual(before);
  });

  it("never changes a score when more candidates are asked for", async () => {
    for (const query of queries) {
      const few = await index().search(scope, { ...query, candidates: 3 });
      const many = await index().search(scope, { ...query, candidates: 200 });
      const byId = new Map(many.candidates.map((candidate) => [candidate.chunkId, candidate]));
      for (const { chunkId, cosine, bm25 } of few.candidates) {
        expect(byId.get(chunkId)?.cosine).toBeCloseTo(cosine, 5);
        expect(byId.get(chunkId)?.bm25).toBeCloseTo(bm25, 5);
      }
      expect(many.bestBm25).toBeCloseTo(few.bestBm25, 5);
    }
  });
}

/** Chunk id → cosine to the nearest whole number. */
function rounded(candidates: readonly IndexCandidate[]): Record<string, number> {
  return Object.fromEntries(candidates.map(({ chunkId, cosine }) => [chunkId, Math.round(cosine) + 0]));
}
