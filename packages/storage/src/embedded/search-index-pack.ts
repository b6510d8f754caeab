import type { IndexCandidate, IndexChunk, IndexQuery, IndexResult, NearTerm } from "@parlance/ports";
import { checkQuery, normalised } from "../search/input.ts";
import type { PackedCandidate, PackedChunk, PackedChunks, PackedQuery, PackedResult } from "./search-index-messages.ts";

/** Makes a batch of checked chunks ready to be sent: plain text and one buffer of vectors, which may be transferred. */
export function packChunks(chunks: readonly IndexChunk[], dimension: number): PackedChunks {
  const vectors = new Float32Array(chunks.length * dimension);
  let used = 0;
  const packed = chunks.map((chunk): PackedChunk => {
    const vector = normalised(chunk.vector, dimension);
    if (vector !== undefined) vectors.set(vector, used * dimension);
    return {
      chunkId: chunk.chunkId,
      documentId: chunk.documentId,
      from: chunk.from,
      vector: vector === undefined ? -1 : used++,
      words: encodeTerms(chunk.terms),
      length: chunk.terms.length,
      payload: JSON.stringify(chunk.payload),
    };
  });
  return { chunks: packed, vectors: vectors.slice(0, used * dimension) };
}

/** Waits for the vector. @throws StoreError `invalid`. */
export async function packQuery(query: IndexQuery, dimension: number): Promise<PackedQuery> {
  const distinct = checkQuery(query);
  const words = (query.words ?? []).map(({ word, terms }) => ({ word, terms: terms.map((term) => distinct.indexOf(term)) }));
  const vector = normalised(await query.vector, dimension);
  return {
    generation: query.generation,
    candidates: query.candidates,
    terms: distinct.map((term) => encodeTerms([term])),
    words,
    ...(vector === undefined ? {} : { vector }),
  };
}

export function unpackResult(result: PackedResult, query: IndexQuery): IndexResult {
  const terms = [...new Set(query.terms)];
  return {
    candidates: result.candidates.map((candidate) => unpackCandidate(candidate, terms)),
    bestBm25: result.bestBm25,
    chunkCount: result.chunkCount,
    documentFrequency: new Map(terms.map((term, position) => [term, result.documentFrequency[position] ?? 0])),
    near: new Map(result.near.map(({ word, terms: found }) => [word, found.map(unpackNear)])),
  };
}

function unpackCandidate(candidate: PackedCandidate, terms: readonly string[]): IndexCandidate {
  const { matched, payload, ...scored } = candidate;
  return {
    ...scored,
    matchedTerms: matched.flatMap((position) => terms[position] ?? []),
    payload: JSON.parse(payload) as IndexCandidate["payload"],
  };
}

function unpackNear({ term, example }: { term: string; example: string }): NearTerm {
  return { term, example: JSON.parse(example) as NearTerm["example"] };
}

/**
 * FTS5's ascii tokenizer keeps every character above 127 as it is, whatever script or mark, and folds or drops only ASCII capitals and
 * punctuation. Those are moved to the private use area, so that each term is indexed exactly as it was given.
 */
function encodeTerms(terms: readonly string[]): string {
  return terms.join(" ").replaceAll(/[^\P{ASCII} a-z0-9]/gu, (character) => String.fromCharCode(0xe000 + character.charCodeAt(0)));
}
