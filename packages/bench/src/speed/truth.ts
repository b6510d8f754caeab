import { vectorAt, type VectorSet } from "./synthetic.ts";

/** Everything that was put into an index, kept beside it, so that every search can be checked against a look at all of it. */
export interface Knowledge {
  vectors: VectorSet;
  /** The words of each chunk, as ranks. */
  texts: readonly Uint16Array[];
}

export interface Query {
  vector: Float32Array;
  /** Ranks of distinct words. */
  words: readonly number[];
}

/** The best cosines and the best BM25 of all chunks, best first. */
export interface Truth {
  cosines: number[];
  bm25: number[];
}

/** Looks at every vector and every word. */
export function exactSearch({ vectors, texts }: Knowledge, query: Query, limit: number): Truth {
  const cosines = new Float64Array(vectors.count);
  for (let index = 0; index < vectors.count; index++) cosines[index] = dot(vectorAt(vectors, index), query.vector);
  return { cosines: best(cosines, limit), bm25: best(bm25Of(texts, query.words), limit) };
}

function dot(left: Float32Array, right: Float32Array): number {
  let total = 0;
  for (let at = 0; at < left.length; at++) total += (left[at] ?? 0) * (right[at] ?? 0);
  return total;
}

/** Okapi BM25 with k1 = 1.2 and b = 0.75 over texts of one length, which makes b meaningless. */
function bm25Of(texts: readonly Uint16Array[], words: readonly number[]): Float64Array {
  const scores = new Float64Array(texts.length);
  const frequencies = new Uint8Array(texts.length);
  for (const word of words) {
    frequencies.fill(0);
    let holding = 0;
    for (const [index, text] of texts.entries()) {
      for (const rank of text) if (rank === word) frequencies[index] = (frequencies[index] ?? 0) + 1;
      if ((frequencies[index] ?? 0) > 0) holding++;
    }
    const idf = Math.log(1 + (texts.length - holding + 0.5) / (holding + 0.5));
    for (const [index, frequency] of frequencies.entries()) {
      if (frequency > 0) scores[index] = (scores[index] ?? 0) + (idf * frequency * 2.2) / (frequency + 1.2);
    }
  }
  return scores;
}

function best(scores: Float64Array, limit: number): number[] {
  return Array.from(scores.toSorted().subarray(-limit).toReversed()).filter((score) => score !== 0);
}

/** What a search proposed, by its true scores. */
export interface Found {
  candidates: readonly { cosine: number; bm25: number }[];
}

/** Vectors are kept as 32-bit numbers and scores added in another order. */
const tolerance = 1e-4;

export interface Recall {
  /** Of the ten nearest vectors: more than an answer is made from. */
  nearest10: number;
  /** Of as many vectors as were asked for. Most of them are about something else, at nearly the same distance. */
  nearestAll: number;
  /** Of the ten best by words; beyond those thousands share a score. */
  words10: number;
}

/** Share of the best that a search found, by score, so that of two chunks with the same score either counts. */
export function recallOf({ candidates }: Found, truth: Truth): Recall {
  const cosines = candidates.map(({ cosine }) => cosine);
  const bm25 = candidates.map(({ bm25 }) => bm25);
  return {
    nearest10: share(cosines, truth.cosines.slice(0, 10)),
    nearestAll: share(cosines, truth.cosines),
    words10: share(bm25, truth.bm25.slice(0, 10)),
  };
}

function share(found: readonly number[], wanted: readonly number[]): number {
  if (wanted.length === 0) return 1;
  const least = (wanted.at(-1) ?? 0) - tolerance;
  return Math.min(1, found.filter((score) => score >= least).length / wanted.length);
}
