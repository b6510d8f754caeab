import { bm25Share, inverseDocumentFrequency } from "../search/bm25.ts";
import type { SearchIndexFile } from "./search-index-file.ts";

export interface WordScores {
  /** Ids of visible chunks with the best BM25, at most `limit`, best first. */
  best: number[];
  bestBm25: number;
  chunkCount: number;
  documentFrequency: number[];
  bm25Of(id: number): number;
  /** Positions of the query's terms that the chunk holds. */
  matched(id: number): number[];
}

/** Every chunk with how often it holds the term, by ascending id. */
interface Postings {
  ids: Uint32Array;
  frequencies: Uint32Array;
}

/**
 * Scores every chunk that holds any of the terms by Okapi BM25 over the chatbot's own statistics. FTS5 gives the occurrences; its own
 * bm25() is not used, because it values a word that half of the chunks hold at next to nothing.
 */
export function scoreWords(file: SearchIndexFile, terms: readonly string[], generation: number, limit: number): WordScores {
  const total = file.prepare("SELECT chunks, terms FROM total").get();
  const chunkCount = Number(total?.["chunks"]);
  const meanLength = Number(total?.["terms"]) / chunkCount;
  const postings = terms.map((term) => postingsOf(file, term));
  const lengths = loadLengths(file);
  const scores = new Float64Array(lengths.values.length);
  for (const { ids, frequencies } of postings) {
    const idf = inverseDocumentFrequency(chunkCount, ids.length);
    for (let index = 0; index < ids.length; index++) {
      const at = (ids[index] ?? 0) - lengths.firstId;
      scores[at] = (scores[at] ?? 0) + bm25Share(idf, frequencies[index] ?? 0, lengths.values[at] ?? 0, meanLength);
    }
  }
  const bm25Of = (id: number): number => scores[id - lengths.firstId] ?? 0;
  const best = bestVisible(file, { scores, firstId: lengths.firstId, generation, limit });
  return {
    best,
    bestBm25: best[0] === undefined ? 0 : bm25Of(best[0]),
    chunkCount,
    documentFrequency: postings.map(({ ids }) => ids.length),
    bm25Of,
    matched: (id) => postings.flatMap(({ ids }, position) => (holds(ids, id) ? position : [])),
  };
}

function postingsOf(file: SearchIndexFile, term: string): Postings {
  // One string for all occurrences: a row for each would cost four times as much to hand over.
  const row = file.prepare("SELECT group_concat(doc) AS ids, count(*) AS occurrences FROM occurrence WHERE term = ?").get(term);
  const occurrences = Number(row?.["occurrences"]);
  const ids = new Uint32Array(occurrences);
  const frequencies = new Uint32Array(occurrences);
  const text = typeof row?.["ids"] === "string" ? `${row["ids"]},` : "";
  let count = 0;
  let id = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== 44) {
      id = id * 10 + code - 48;
      continue;
    }
    if (count === 0 || ids[count - 1] !== id) ids[count++] = id;
    frequencies[count - 1] = (frequencies[count - 1] ?? 0) + 1;
    id = 0;
  }
  return { ids: ids.subarray(0, count), frequencies: frequencies.subarray(0, count) };
}

function loadLengths(file: SearchIndexFile): SearchIndexFile["lengths"] {
  const { lengths } = file;
  if (lengths.lastId === 0) lengths.firstId = Number(file.prepare("SELECT coalesce(min(id), 1) AS id FROM chunk").get()?.["id"]);
  const last = Number(file.prepare("SELECT coalesce(max(id), 0) AS id FROM chunk").get()?.["id"]);
  if (last <= lengths.lastId) return lengths;
  const values = new Uint32Array(last - lengths.firstId + 1);
  values.set(lengths.values);
  const statement = file.prepare("SELECT id, length FROM chunk WHERE id > ?");
  statement.setReturnArrays(true);
  for (const row of statement.iterate(lengths.lastId)) {
    const [id, length] = row as unknown as [number, number];
    values[id - lengths.firstId] = length;
  }
  lengths.values = values;
  lengths.lastId = last;
  return lengths;
}

interface Ranking {
  scores: Float64Array;
  firstId: number;
  generation: number;
  limit: number;
}

/** Looks whether a chunk is visible only when its score would take it among the best, which is seldom. */
function bestVisible(file: SearchIndexFile, { scores, firstId, generation, limit }: Ranking): number[] {
  const visible = file.prepare("SELECT 1 FROM chunk WHERE id = ? AND from_generation <= ? AND to_generation > ?");
  const best: { id: number; score: number }[] = [];
  let bar = 0;
  for (let at = 0; at < scores.length; at++) {
    const score = scores[at] ?? 0;
    if (score <= bar || visible.get(firstId + at, generation, generation) === undefined) continue;
    let place = best.length;
    while (place > 0 && (best[place - 1]?.score ?? 0) < score) place--;
    best.splice(place, 0, { id: firstId + at, score });
    if (best.length > limit) best.pop();
    if (best.length === limit) bar = best.at(-1)?.score ?? 0;
  }
  return best.map(({ id }) => id);
}

function holds(ids: Uint32Array, id: number): boolean {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return ids[low] === id;
}
