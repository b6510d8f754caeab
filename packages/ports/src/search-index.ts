import type { Tenant } from "./tenant.ts";

/** One chatbot of one tenant: the partition of everything in the index. A scope never sees another's chunks. */
export interface Scope {
  tenant: Tenant;
  chatbotId: string;
}

/**
 * Chunks with their vectors and words, in numbered generations: a chunk is visible in generation g when `from <= g < to`.
 * Analysis of words, embedding and fusion live outside: the index is given terms and vectors, and gives back true scores.
 */
export interface SearchIndex {
  /** Writes chunks, visible from their `from` on and without end. A chunk id that is there already is overwritten. Durable when it resolves. */
  put(scope: Scope, chunks: readonly IndexChunk[]): Promise<void>;
  /**
   * Ends the chunks of a document at a generation (`to = generation`), but for those in `keep` and those that begin later; a kept chunk that
   * this generation had ended is open again. Idempotent.
   */
  retire(scope: Scope, documentId: string, generation: number, keep: readonly string[]): Promise<void>;
  /**
   * Both legs propose candidates and neither gates the other; every candidate carries its true cosine and its true BM25, whichever
   * leg proposed it. More candidates never change the scores of the others.
   */
  search(scope: Scope, query: IndexQuery, options?: { signal?: AbortSignal }): Promise<IndexResult>;
  /** Which of these chunk ids are visible in the generation, so that unchanged ones are neither embedded nor written again. */
  present(scope: Scope, generation: number, chunkIds: readonly string[]): Promise<Set<string>>;
  /**
   * Undoes a generation that was never activated, or what it did to one document: its chunks vanish, those it ended are open again.
   * Idempotent.
   */
  discard(scope: Scope, generation: number, documentId?: string): Promise<void>;
  /** Erases chunks that ended at or before the generation; without one, all of the scope. Idempotent. */
  purge(scope: Scope, endedUpTo?: number): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface IndexChunk {
  chunkId: string;
  documentId: string;
  /** First generation that sees the chunk, at least 1. */
  from: number;
  /** L2-normalised, of the index's one dimension; absent when the embedder cannot read the text's language or text is blank. */
  vector?: Float32Array;
  /** Analysed words of the chunk in order, repeated as they occur: letters and digits only, no white space. */
  terms: readonly string[];
  /** Returned with a hit, not searched. Plain JSON. */
  payload: ChunkPayload;
}

export interface ChunkPayload {
  text: string;
  headings: readonly string[];
  title: string;
  sourceName: string;
  sourceType: string;
  /** ISO 639-1, empty if unknown. */
  language: string;
  /** Decides the weights of the two legs (see the retrieval service). */
  english: boolean;
  revision: string;
  /** Code points from the start of the document. */
  start: number;
  ordinal: number;
}

export interface IndexQuery {
  generation: number;
  /**
   * L2-normalised; absent leaves the vector leg out, and cosines are 0. A promise lets the index count words while the query is still being
   * embedded; where it rejects, the search does so with the same reason.
   */
  vector?: Float32Array | Promise<Float32Array | undefined>;
  /** Distinct analysed words of the query; any of them matches. */
  terms: readonly string[];
  /** How many candidates each leg proposes, 1 to 200. */
  candidates: number;
  /** Words whose near terms are wanted if it turns out that no chunk holds them. Costs nothing for those that some chunk holds. Default none. */
  words?: readonly QueryWord[];
}

/** A word of a question, which may be misspelt. */
export interface QueryWord {
  /** As it was typed, in the letters of terms, but not stemmed. */
  word: string;
  /** Those of the query's terms that stand for it, one for each language. */
  terms: readonly string[];
}

export interface IndexResult {
  candidates: IndexCandidate[];
  /** Best BM25 over all visible chunks of the scope, 0 when no term matches. */
  bestBm25: number;
  /** Chunks of the scope, for inverse document frequencies. May count chunks of neighbouring generations. */
  chunkCount: number;
  /** Query term → in how many chunks it occurs; every query term is there, 0 included. */
  documentFrequency: Map<string, number>;
  /**
   * Word of the query that no chunk holds by any of its terms → terms near to it (see `nearnessTo`) that a visible chunk of the scope holds:
   * nearest first, of equals the more frequent one, at most eight. Words without any are left out.
   */
  near: Map<string, NearTerm[]>;
}

export interface NearTerm {
  term: string;
  /** A visible chunk that holds the term, from which its written form can be had. */
  example: ChunkPayload;
}

export interface IndexCandidate {
  chunkId: string;
  documentId: string;
  /** -1 to 1; 0 when the chunk or the query has no vector. */
  cosine: number;
  /** Okapi BM25 with k1 = 1.2 and b = 0.75, positive is better; 0 when no term matches. */
  bm25: number;
  /** Which of the query's terms the chunk holds. */
  matchedTerms: readonly string[];
  payload: ChunkPayload;
}
