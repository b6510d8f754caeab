import type { PackedChunk, PackedChunks } from "./search-index-messages.ts";
import type { SearchIndexFile } from "./search-index-file.ts";
import { openEnd } from "./search-index-schema.ts";
import { addVector } from "./search-index-vectors.ts";

/** Writes rows, vectors and words of a batch in one transaction; a chunk id that is there already is overwritten. */
export function put(file: SearchIndexFile, batch: PackedChunks): void {
  file.transaction("immediate", () => {
    for (const chunk of batch.chunks) {
      remove(file, idsOf(file, "chunk_id = ?", chunk.chunkId));
      const start = chunk.vector * file.dimension;
      insert(file, chunk, chunk.vector < 0 ? undefined : batch.vectors.subarray(start, start + file.dimension));
    }
  });
}

/** @see SearchIndex.retire */
export function retire(file: SearchIndexFile, documentId: string, generation: number, keep: readonly string[]): void {
  const ofDocument = "document_id = ?1 AND from_generation <= ?2";
  const isKept = "chunk_id IN (SELECT value FROM json_each(?3))";
  const values = [documentId, generation, JSON.stringify(keep)];
  file.transaction("immediate", () => {
    endAt(file, generation, idsOf(file, `${ofDocument} AND to_generation > ?2 AND NOT ${isKept}`, ...values));
    endAt(file, openEnd, idsOf(file, `${ofDocument} AND to_generation = ?2 AND ${isKept}`, ...values));
  });
}

/** @see SearchIndex.discard */
export function discard(file: SearchIndexFile, generation: number, documentId?: string): void {
  const ofDocument = documentId === undefined ? "" : " AND document_id = ?";
  const values = documentId === undefined ? [generation] : [generation, documentId];
  file.transaction("immediate", () => {
    remove(file, idsOf(file, `from_generation = ?${ofDocument}`, ...values));
    endAt(file, openEnd, idsOf(file, `to_generation = ?${ofDocument} AND to_generation < ${openEnd}`, ...values));
  });
}

/** @see SearchIndex.purge */
export function purge(file: SearchIndexFile, endedUpTo: number): void {
  file.transaction("immediate", () => {
    remove(file, idsOf(file, `to_generation <= ? AND to_generation < ${openEnd}`, endedUpTo));
  });
}

function idsOf(file: SearchIndexFile, condition: string, ...values: (string | number)[]): number[] {
  const rows = file.prepare(`SELECT id FROM chunk WHERE ${condition}`).all(...values);
  return rows.map((row) => Number(row["id"]));
}

function insert(file: SearchIndexFile, chunk: PackedChunk, vector: Float32Array<ArrayBuffer> | undefined): void {
  const { lastInsertRowid } = file
    .prepare(
      `INSERT INTO chunk (chunk_id, document_id, from_generation, to_generation, length, has_vector) VALUES (?, ?, ?, ${openEnd}, ?, ?)`,
    )
    .run(chunk.chunkId, chunk.documentId, chunk.from, chunk.length, vector === undefined ? 0 : 1);
  file.prepare("INSERT INTO payload (id, json) VALUES (?, ?)").run(lastInsertRowid, chunk.payload);
  file.prepare("INSERT INTO words (rowid, terms) VALUES (?, ?)").run(lastInsertRowid, chunk.words);
  if (vector !== undefined) addVector(file, { id: Number(lastInsertRowid), vector, from: chunk.from, to: openEnd });
}

function remove(file: SearchIndexFile, ids: readonly number[]): void {
  for (const id of ids) {
    file.prepare("DELETE FROM chunk WHERE id = ?").run(id);
    file.prepare("DELETE FROM payload WHERE id = ?").run(id);
    file.prepare("DELETE FROM words WHERE rowid = ?").run(id);
    file.prepare("DELETE FROM vectors WHERE rowid = ?").run(BigInt(id));
  }
}

function endAt(file: SearchIndexFile, generation: number, ids: readonly number[]): void {
  for (const id of ids) {
    file.prepare("UPDATE chunk SET to_generation = ? WHERE id = ?").run(generation, id);
    file.prepare("UPDATE vectors SET to_generation = ? WHERE rowid = ?").run(BigInt(generation), BigInt(id));
  }
}
