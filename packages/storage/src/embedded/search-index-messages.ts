import type { StoreFault } from "@parlance/ports";

/** What the search index's threads are asked, by name. Everything here crosses a thread boundary by structured clone. */
export interface SearchOperations {
  put(request: { file: string; batch: PackedChunks }): void;
  retire(request: { file: string; documentId: string; generation: number; keep: readonly string[] }): void;
  discard(request: { file: string; generation: number; documentId?: string | undefined }): void;
  purge(request: { file: string; endedUpTo: number }): void;
  /** Removes the file with all that is in it. No other thread may have it open. */
  erase(request: { file: string }): void;
  search(request: { file: string; query: PackedQuery }): PackedResult;
  present(request: { file: string; generation: number; chunkIds: readonly string[] }): string[];
  /** Converts the file if it is the predecessor's. */
  convert(request: { file: string }): void;
  /** What is wrong with the file's structure; empty when nothing is. */
  faults(request: { file: string }): FileFault[];
  /** Closes the file, if this thread has it open. */
  release(request: { file: string }): void;
  /** Fails when the thread could not serve. */
  check(request: object): void;
  close(request: object): void;
}

export type FileFault = Omit<StoreFault, "file">;

export interface PackedChunks {
  chunks: PackedChunk[];
  /** The vectors of the chunks that have one, one after the other, each of length 1. */
  vectors: Float32Array<ArrayBuffer>;
}

export interface PackedChunk {
  chunkId: string;
  documentId: string;
  from: number;
  /** Which vector of the batch is the chunk's, from 0; -1 for none. */
  vector: number;
  /** Encoded terms with one space between them. */
  words: string;
  /** Number of terms. */
  length: number;
  /** JSON. */
  payload: string;
}

export interface PackedQuery {
  generation: number;
  vector?: Float32Array<ArrayBuffer>;
  /** Encoded, distinct. */
  terms: readonly string[];
  candidates: number;
  /** Words whose near terms are wanted, with the positions of their terms. */
  words: readonly { word: string; terms: readonly number[] }[];
}

export interface PackedResult {
  candidates: PackedCandidate[];
  bestBm25: number;
  chunkCount: number;
  /** In the order of the query's terms. */
  documentFrequency: number[];
  near: PackedNear[];
}

export interface PackedNear {
  word: string;
  /** Nearest first; `example` is the JSON of a chunk's payload. */
  terms: { term: string; example: string }[];
}

export interface PackedCandidate {
  chunkId: string;
  documentId: string;
  cosine: number;
  bm25: number;
  /** Positions in the query's terms. */
  matched: number[];
  /** JSON. */
  payload: string;
}
