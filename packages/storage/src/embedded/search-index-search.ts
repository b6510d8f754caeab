import type { SearchIndexFile } from "./search-index-file.ts";
import type { PackedCandidate, PackedQuery, PackedResult } from "./search-index-messages.ts";
import { nearTerms } from "./search-index-near.ts";
import { closestVectors, cosineOf } from "./search-index-vectors.ts";
import { scoreWords, type WordScores } from "./search-index-words.ts";

/** Lets both legs propose over one snapshot of the file, then gives every candidate its true scores of both. */
export function search(file: SearchIndexFile, query: PackedQuery): PackedResult {
  return file.transaction("deferred", () => {
    const { vector, generation, candidates: limit } = query;
    const words = scoreWords(file, query.terms, generation, limit);
    const near = vector === undefined ? [] : closestVectors(file, vector, generation, limit);
    const candidates = [...new Set([...near, ...words.best])].map((id) => candidate(file, id, { words, vector }));
    const { bestBm25, chunkCount, documentFrequency } = words;
    return {
      candidates: candidates.sort(order),
      bestBm25,
      chunkCount,
      documentFrequency,
      near: nearTerms(file, query, documentFrequency),
    };
  });
}

/** @see SearchIndex.present */
export function present(file: SearchIndexFile, generation: number, chunkIds: readonly string[]): string[] {
  const rows = file
    .prepare(
      `SELECT chunk_id FROM chunk WHERE chunk_id IN (SELECT value FROM json_each(?)) AND from_generation <= ? AND to_generation > ?`,
    )
    .all(JSON.stringify(chunkIds), generation, generation);
  return rows.map((row) => String(row["chunk_id"]));
}

interface Scoring {
  words: WordScores;
  vector: Float32Array | undefined;
}

function candidate(file: SearchIndexFile, id: number, { words, vector }: Scoring): PackedCandidate {
  const row = file.prepare("SELECT chunk_id, document_id, json FROM chunk JOIN payload USING (id) WHERE id = ?").get(id);
  return {
    chunkId: String(row?.["chunk_id"]),
    documentId: String(row?.["document_id"]),
    cosine: vector === undefined ? 0 : cosineOf(file, id, vector),
    bm25: words.bm25Of(id),
    matched: words.matched(id),
    payload: String(row?.["json"]),
  };
}

function order(a: PackedCandidate, b: PackedCandidate): number {
  return b.cosine - a.cosine || b.bm25 - a.bm25 || (a.chunkId < b.chunkId ? -1 : 1);
}
