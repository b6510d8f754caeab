import { StoreError, type IndexCandidate, type IndexChunk, type IndexQuery, type IndexResult } from "@parlance/ports";
import type { PackedCandidate, PackedChunk, PackedChunks, PackedQuery, PackedResult } from "./search-index-messages.ts";

const normTolerance = 1e-3;

/** Makes a batch ready to be sent: plain text and one buffer of vectors, which may be transferred. @throws StoreError `invalid`. */
export function packChunks(chunks: readonly IndexChunk[], dimension: number): PackedChunks {
  const vectors = new Float32Array(chunks.length * dimension);
  let used = 0;
  const packed = chunks.map((chunk): PackedChunk => {
    checkChunk(chunk);
    const vector = chunk.vector === undefined ? undefined : normalised(chunk.vector, dimension);
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

/** @throws StoreError `invalid`. */
export function packQuery(query: IndexQuery, dimension: number): PackedQuery {
  const { generation, candidates } = query;
  if (!Number.isInteger(candidates) || candidates < 1 || candidates > 200) {
    throw new StoreError("invalid", `a query asks for 1 to 200 candidates, not ${candidates}`);
  }
  const vector = query.vector === undefined ? undefined : normalised(query.vector, dimension);
  const terms = [...new Set(query.terms)].map((term) => encodeTerms([term]));
  return { generation, candidates, terms, ...(vector === undefined ? {} : { vector }) };
}

export function unpackResult(result: PackedResult, query: IndexQuery): IndexResult {
  const terms = [...new Set(query.terms)];
  return {
    candidates: result.candidates.map((candidate) => unpackCandidate(candidate, terms)),
    bestBm25: result.bestBm25,
    chunkCount: result.chunkCount,
    documentFrequency: new Map(terms.map((term, position) => [term, result.documentFrequency[position] ?? 0])),
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

/**
 * FTS5's ascii tokenizer keeps every character above 127 as it is, whatever script or mark, and folds or drops only ASCII capitals and
 * punctuation. Those are moved to the private use area, so that each term is indexed exactly as it was given.
 */
function encodeTerms(terms: readonly string[]): string {
  const words = terms.join(" ");
  if (words === "" && terms.length === 0) return "";
  if (terms.includes("") || words.split(/\s/u).length !== terms.length) {
    throw new StoreError("invalid", "a term must not be empty or hold white space");
  }
  return words.replaceAll(/[^\P{ASCII} a-z0-9]/gu, (character) => String.fromCharCode(0xe000 + character.charCodeAt(0)));
}

/** A copy of length 1 exactly; undefined for the zero vector, which stands for "nothing to compare". */
function normalised(vector: Float32Array, dimension: number): Float32Array<ArrayBuffer> | undefined {
  if (vector.length !== dimension) {
    throw new StoreError("invalid", `a vector of this index has ${dimension} numbers, not ${vector.length}`);
  }
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (squares === 0) return undefined;
  const norm = Math.sqrt(squares);
  if (!(Math.abs(norm - 1) <= normTolerance)) throw new StoreError("invalid", "a vector must be of length 1");
  return Float32Array.from(vector, (value) => value / norm);
}

function checkChunk(chunk: IndexChunk): void {
  if (chunk.chunkId === "" || chunk.documentId === "") throw new StoreError("invalid", "a chunk needs an id and a document");
  if (!Number.isSafeInteger(chunk.from) || chunk.from < 1) {
    throw new StoreError("invalid", `a generation is a whole number from 1 on, not ${chunk.from}`);
  }
}
