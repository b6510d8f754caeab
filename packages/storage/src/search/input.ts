import { StoreError, type IndexChunk, type IndexQuery } from "@parlance/ports";

const normTolerance = 1e-3;

/** @throws StoreError `invalid` when any of the chunks cannot be taken. */
export function checkChunks(chunks: readonly IndexChunk[], dimension: number): void {
  for (const chunk of chunks) {
    checkChunk(chunk);
    if (chunk.vector !== undefined) normOf(chunk.vector, dimension);
  }
}

function checkChunk({ chunkId, documentId, from, terms }: IndexChunk): void {
  if (chunkId === "" || documentId === "") throw new StoreError("invalid", "a chunk needs an id and a document");
  if (!Number.isSafeInteger(from) || from < 1) {
    throw new StoreError("invalid", `a generation is a whole number from 1 on, not ${from}`);
  }
  if (terms.includes("") || /\s/u.test(terms.join(""))) {
    throw new StoreError("invalid", "a term must not be empty or hold white space");
  }
}

/** The distinct terms of the query. @throws StoreError `invalid`. */
export function checkQuery({ candidates, terms }: IndexQuery): string[] {
  if (!Number.isInteger(candidates) || candidates < 1 || candidates > 200) {
    throw new StoreError("invalid", `a query asks for 1 to 200 candidates, not ${candidates}`);
  }
  return [...new Set(terms)];
}

/**
 * A copy of length 1 exactly; undefined for none and for the zero vector, which stands for "nothing to compare".
 * @throws StoreError `invalid` for another dimension or length.
 */
export function normalised(vector: Float32Array | undefined, dimension: number): Float32Array<ArrayBuffer> | undefined {
  if (vector === undefined) return undefined;
  const norm = normOf(vector, dimension);
  if (norm === 0) return undefined;
  const copy = new Float32Array(vector);
  for (let index = 0; index < dimension; index++) copy[index] = (copy[index] ?? 0) / norm;
  return copy;
}

function normOf(vector: Float32Array, dimension: number): number {
  if (vector.length !== dimension) {
    throw new StoreError("invalid", `a vector of this index has ${dimension} numbers, not ${vector.length}`);
  }
  let squares = 0;
  for (let index = 0; index < dimension; index++) squares += (vector[index] ?? 0) ** 2;
  const norm = Math.sqrt(squares);
  if (norm !== 0 && !(Math.abs(norm - 1) <= normTolerance)) throw new StoreError("invalid", "a vector must be of length 1");
  return norm;
}

/** @throws StoreError `invalid`. */
export function checkDimension(dimension: number): void {
  if (Number.isInteger(dimension) && dimension >= 1 && dimension <= 4_096) return;
  throw new StoreError("invalid", `vectors have 1 to 4,096 dimensions, not ${dimension}`);
}
