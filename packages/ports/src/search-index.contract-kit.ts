import { randomUUID } from "node:crypto";
import type { ChunkPayload, IndexChunk, IndexQuery, IndexResult, Scope, SearchIndex } from "./search-index.ts";
import { asTenant } from "./tenant.ts";

/** What each part of the suite works with. */
export interface SearchIndexBench {
  readonly index: () => SearchIndex;
  /** Opens the same index once more; the case closes it. */
  readonly open: () => Promise<SearchIndex>;
  readonly dimension: number;
}

/** A chatbot that no other case uses. */
export function freshScope(): Scope {
  return { tenant: asTenant(`user-${randomUUID()}`), chatbotId: `bot-${randomUUID()}` };
}

export function payloadOf(text: string): ChunkPayload {
  return {
    text,
    headings: ["Delivery", 'Abroad – «quoted» "twice"'],
    title: "Handbook",
    sourceName: "handbook.txt",
    sourceType: "text",
    language: "en",
    english: true,
    revision: "r1",
    start: 3,
    ordinal: 1,
  };
}

/** A chunk of document `d`, first seen in generation 1, with the words of `text` as its terms. */
export function chunk(chunkId: string, text: string, other: Partial<IndexChunk> = {}): IndexChunk {
  const terms = text === "" ? [] : text.split(" ");
  return { chunkId, documentId: "d", from: 1, terms, payload: payloadOf(text), ...other };
}

/** Points along one axis, with a little of another: `axis(d, 0)` and `axis(d, 1)` are perpendicular. */
export function axis(dimension: number, main: number, other = main, share = 0): Float32Array {
  const vector = new Float32Array(dimension);
  vector[main] = Math.sqrt(1 - share * share);
  if (other !== main) vector[other] = share;
  return vector;
}

export async function idsFound(index: SearchIndex, scope: Scope, query: Partial<IndexQuery>): Promise<string[]> {
  const { candidates } = await index.search(scope, { generation: 1, terms: [], candidates: 50, ...query });
  return candidates.map(({ chunkId }) => chunkId).toSorted();
}

/** A result as plain data that is the same for the same knowledge, whatever the order of the candidates. */
export function plainResult(result: IndexResult): unknown {
  const candidates = result.candidates.map((candidate) => ({
    ...candidate,
    cosine: candidate.cosine.toFixed(5),
    bm25: candidate.bm25.toFixed(5),
    matchedTerms: candidate.matchedTerms.toSorted(),
  }));
  candidates.sort((a, b) => (a.chunkId < b.chunkId ? -1 : 1));
  const documentFrequency = Object.fromEntries(result.documentFrequency);
  return { ...result, candidates, bestBm25: result.bestBm25.toFixed(5), documentFrequency };
}

/** Numbers from 0 to 1 that are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Chunks around a few themes, with words as uneven as those of a language: a few in most chunks, most in very few. */
export function knowledge(count: number, dimension: number, random = seeded(count)): IndexChunk[] {
  const themes = Array.from({ length: 8 }, () => Array.from({ length: dimension }, () => random() - 0.5));
  return Array.from({ length: count }, (_, ordinal) => {
    const theme = themes[Math.floor(random() * themes.length)] ?? [];
    const vector = unit(theme.map((value) => value + (random() - 0.5) * 0.8));
    const terms = Array.from({ length: 10 + Math.floor(random() * 60) }, () => randomWord(random));
    return { ...chunk(`c${ordinal}`, terms.join(" ")), documentId: `d${ordinal % 7}`, vector };
  });
}

export function randomWord(random: () => number): string {
  return `w${Math.floor(Math.exp(random() * Math.log(400)))}`;
}

export function unit(values: readonly number[]): Float32Array {
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(values, (value) => value / norm);
}

export function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

/** Okapi BM25 of every chunk by its definition, k1 = 1.2 and b = 0.75, with Lucene's inverse document frequency. */
export function bm25(chunks: readonly IndexChunk[], terms: readonly string[]): Map<string, number> {
  const meanLength = chunks.reduce((sum, { terms: held }) => sum + held.length, 0) / chunks.length;
  const scores = new Map(chunks.map(({ chunkId }) => [chunkId, 0]));
  for (const term of terms) {
    const holders = chunks.filter((candidate) => candidate.terms.includes(term));
    const idf = Math.log(1 + (chunks.length - holders.length + 0.5) / (holders.length + 0.5));
    for (const { chunkId, terms: held } of holders) {
      const frequency = held.filter((word) => word === term).length;
      const share = (frequency * 2.2) / (frequency + 1.2 * (0.25 + (0.75 * held.length) / meanLength));
      scores.set(chunkId, (scores.get(chunkId) ?? 0) + idf * share);
    }
  }
  return scores;
}

/** Keys of the highest values, best first. */
export function top(scores: ReadonlyMap<string, number>, count: number): string[] {
  const positive = [...scores].filter(([, score]) => score > 0);
  return positive
    .sort(([, a], [, b]) => b - a)
    .map(([key]) => key)
    .slice(0, count);
}
