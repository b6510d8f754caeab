import type { estypes } from "@elastic/elasticsearch";
import { StoreError } from "@parlance/ports";
import { bm25Share, inverseDocumentFrequency } from "../search/bm25.ts";
import { PartError } from "./errors.ts";
import type { ChunkDocument } from "./mapping.ts";
import type { ScopeKey } from "./scope.ts";

export type Hit = estypes.SearchHit<ChunkDocument>;
export type Part = estypes.MsearchMultiSearchItem<ChunkDocument>;

/** What the chatbot's BM25 is computed from. */
export interface Statistics {
  chunkCount: number;
  /** Of the chatbot's chunks, in terms. */
  meanLength: number;
  terms: TermStatistics[];
}

interface TermStatistics {
  term: string;
  encoded: string;
  /** Chunks of the chatbot that hold the term. */
  here: number;
  idf: number;
  /** By how much the server's weight of the term must be multiplied to be that of the chatbot. */
  boost: number;
}

/** Two searches without hits: over the chatbot, and over the whole shard, as whose part the server weighs the words. */
export function statisticsSearches({ routing, filter }: ScopeKey, encoded: readonly string[]): estypes.MsearchRequestItem[] {
  const counted = { size: 0, track_total_hits: true };
  const terms = { sum: { field: "length" } };
  if (encoded.length === 0) return [{ routing }, { ...counted, query: { bool: { filter } }, aggs: { terms } }];
  const frequencies = { filters: { filters: encoded.map((words) => ({ term: { words } })) } };
  return [
    { routing },
    { ...counted, query: { bool: { filter } }, aggs: { terms, frequencies } },
    { routing },
    { ...counted, aggs: { frequencies } },
  ];
}

/** A part of a multiple search fails on its own. @throws StoreError `unavailable`. */
export function partOf(part: estypes.MsearchResponseItem<ChunkDocument>): Part {
  if (!("error" in part)) return part;
  const cause = new PartError(part.status, part.error.type);
  throw new StoreError("unavailable", `Elasticsearch answered ${cause.message}`, { cause });
}

export function statisticsOf(terms: readonly string[], encoded: readonly string[], [here, everywhere]: Part[]): Statistics {
  const chunkCount = totalOf(here);
  const allChunks = totalOf(everywhere);
  const length = (here?.aggregations?.["terms"] as estypes.AggregationsSumAggregate | undefined)?.value ?? 0;
  const [inChatbot, inShard] = [frequenciesOf(here), frequenciesOf(everywhere)];
  return {
    chunkCount,
    meanLength: length / chunkCount,
    terms: terms.map((term, position) => {
      const count = inChatbot[position] ?? 0;
      const idf = inverseDocumentFrequency(chunkCount, count);
      const boost = idf / inverseDocumentFrequency(allChunks, inShard[position] ?? 0);
      return { term, encoded: encoded[position] ?? term, here: count, idf, boost };
    }),
  };
}

function totalOf(part: Part | undefined): number {
  const total = part?.hits.total;
  return typeof total === "number" ? total : (total?.value ?? 0);
}

function frequenciesOf(part: Part | undefined): number[] {
  const buckets = (part?.aggregations?.["frequencies"] as estypes.AggregationsFiltersAggregate | undefined)?.buckets;
  return Array.isArray(buckets) ? buckets.map((bucket) => bucket.doc_count) : [];
}

/** The true BM25 of a chunk, and which terms it holds. */
export function bm25Of({ _source }: Hit, { terms, meanLength }: Statistics): { bm25: number; matchedTerms: string[] } {
  const words = ` ${_source?.words ?? ""} `;
  const length = _source?.length ?? 0;
  const matchedTerms: string[] = [];
  let bm25 = 0;
  for (const { term, encoded, idf } of terms) {
    const frequency = occurrences(words, ` ${encoded} `);
    if (frequency === 0) continue;
    matchedTerms.push(term);
    bm25 += bm25Share(idf, frequency, length, meanLength);
  }
  return { bm25, matchedTerms };
}

/** Neighbours share the space between them. Splitting some hundred chunks into words takes longer than all else that is done with them. */
function occurrences(words: string, word: string): number {
  let count = 0;
  for (let at = words.indexOf(word); at !== -1; at = words.indexOf(word, at + word.length - 1)) count++;
  return count;
}
