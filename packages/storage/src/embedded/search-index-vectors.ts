import type { SearchIndexFile } from "./search-index-file.ts";
import { signBits } from "./search-index-schema.ts";

/** Up to here every vector is compared, which is exact; above, a first pass over the sign bits proposes those that are compared. */
const exactUpTo = 20_000;

/** Ids of the visible chunks whose vectors are closest to the query's, at most `limit`, best first. */
export function closestVectors(
  file: SearchIndexFile,
  query: Float32Array<ArrayBuffer>,
  generation: number,
  limit: number,
): number[] {
  const vectors = Number(file.prepare("SELECT vectors FROM total").get()?.["vectors"]);
  if (vectors === 0) return [];
  if (vectors > exactUpTo) return closestBySigns(file, query, generation, limit);
  const rows = file
    .prepare(
      "SELECT rowid FROM vectors WHERE embedding MATCH ? AND k = ? AND from_generation <= ? AND to_generation > ? ORDER BY distance",
    )
    .all(query, limit, BigInt(generation), BigInt(generation));
  return rows.map((row) => Number(row["rowid"]));
}

/** Cosine of a chunk's vector with the query's, -1 to 1; 0 when the chunk has none. Both are of length 1. */
export function cosineOf(file: SearchIndexFile, id: number, query: Float32Array): number {
  const bytes = file.prepare("SELECT embedding FROM vectors WHERE rowid = ?").get(BigInt(id))?.["embedding"];
  if (!(bytes instanceof Uint8Array)) return 0;
  const vector = aligned(bytes, Float32Array);
  let cosine = 0;
  for (let index = 0; index < query.length; index++) cosine += (vector[index] ?? 0) * (query[index] ?? 0);
  return Math.max(-1, Math.min(1, cosine));
}

/** Writes the vector of a chunk, visible in the generations from `from` until before `to`. */
export function addVector(
  file: SearchIndexFile,
  { id, vector, from, to }: { id: number; vector: Float32Array<ArrayBuffer>; from: number; to: number },
): void {
  // The virtual table takes whole numbers as BigInt only.
  file
    .prepare("INSERT INTO vectors (rowid, embedding, signs, from_generation, to_generation) VALUES (?, ?, vec_bit(?), ?, ?)")
    .run(BigInt(id), vector, signsOf(vector), BigInt(from), BigInt(to));
}

/** One bit for each number of the vector, set when it is positive, padded with zeros. */
function signsOf(vector: Float32Array): Uint8Array {
  return bitsOf(vector, (component) => component > 0);
}

/** One bit for each number of the vector for which `isSet` holds, padded with zeros. */
function bitsOf(vector: Float32Array, isSet: (component: number) => boolean): Uint8Array {
  const bits = new Uint8Array(signBits(vector.length) / 8);
  for (let index = 0; index < vector.length; index++) {
    if (isSet(vector[index] ?? 0)) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return bits;
}

/**
 * Takes the chunks whose sign bits differ least from the query's, ten times as many as asked for but at least 1,000, and compares
 * their vectors. Where some of the query's numbers are zero, because a question is read by one part of the model, their bits are
 * passed over, for they say nothing; the fewer are left, the less certain they are, so that as many more chunks are taken. The bits are
 * read from sqlite-vec's own tables (layout of 0.1: its ARCHITECTURE page), because its query over them slows down with the square of the
 * number of rows asked for.
 */
function closestBySigns(file: SearchIndexFile, query: Float32Array<ArrayBuffer>, generation: number, limit: number): number[] {
  const read = query.reduce((count, component) => count + (component === 0 ? 0 : 1), 0);
  const proposed = Math.ceil((Math.max(1_000, 10 * limit) * query.length) / read);
  const near = nearBySigns(file, query, generation, proposed);
  const scored = near.map((id) => ({ id, cosine: cosineOf(file, id, query) }));
  scored.sort((a, b) => b.cosine - a.cosine || a.id - b.id);
  return scored.slice(0, limit).map(({ id }) => id);
}

// Those tables key their blocks by a column without a type; the plus signs take the number's type away too, so that its index serves.
const blocksSql = `
  SELECT c.validity AS validity, c.rowids AS ids, v.vectors AS signs, f.data AS starts, t.data AS ends
  FROM vectors_chunks c
  CROSS JOIN vectors_vector_chunks01 v ON v.rowid = +c.chunk_id
  CROSS JOIN vectors_metadatachunks00 f ON f.rowid = +c.chunk_id
  CROSS JOIN vectors_metadatachunks01 t ON t.rowid = +c.chunk_id`;

function nearBySigns(file: SearchIndexFile, vector: Float32Array, generation: number, limit: number): number[] {
  const query = aligned(signsOf(vector), Uint32Array);
  const mask = aligned(
    bitsOf(vector, (component) => component !== 0),
    Uint32Array,
  );
  const ids: number[] = [];
  const distances: number[] = [];
  const counts = new Uint32Array(query.length * 32 + 1);
  for (const row of file.prepare(blocksSql).iterate()) {
    const block = row as Record<"validity" | "ids" | "signs" | "starts" | "ends", Uint8Array>;
    const rowids = aligned(block.ids, Uint32Array);
    const signs = aligned(block.signs, Uint32Array);
    const starts = aligned(block.starts, Uint32Array);
    const ends = aligned(block.ends, Uint32Array);
    for (let slot = 0; slot < rowids.length / 2; slot++) {
      const used = ((block.validity[slot >> 3] ?? 0) >> (slot & 7)) & 1;
      if (used === 0 || wide(starts, slot) > generation || wide(ends, slot) <= generation) continue;
      const distance = differingBits(signs, slot * query.length, { query, mask });
      ids.push(wide(rowids, slot));
      distances.push(distance);
      counts[distance] = (counts[distance] ?? 0) + 1;
    }
  }
  const furthest = distanceOf(limit, counts);
  return ids.filter((_, index) => (distances[index] ?? 0) <= furthest);
}

/** The smallest distance within which at least `limit` chunks lie, or all of them. */
function distanceOf(limit: number, counts: Uint32Array): number {
  let within = 0;
  for (let distance = 0; distance < counts.length; distance++) {
    within += counts[distance] ?? 0;
    if (within >= limit) return distance;
  }
  return counts.length;
}

/** A 64-bit number below 2^53 as sqlite-vec stores it, low half first. */
function wide(halves: Uint32Array, slot: number): number {
  return (halves[2 * slot] ?? 0) + (halves[2 * slot + 1] ?? 0) * 0x1_0000_0000;
}

function differingBits(signs: Uint32Array, start: number, { query, mask }: { query: Uint32Array; mask: Uint32Array }): number {
  let count = 0;
  for (let index = 0; index < query.length; index++) {
    let bits = ((signs[start + index] ?? 0) ^ (query[index] ?? 0)) & (mask[index] ?? 0);
    bits -= (bits >>> 1) & 0x55555555;
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
    bits = (bits + (bits >>> 4)) & 0x0f0f0f0f;
    count += Math.imul(bits, 0x01010101) >>> 24;
  }
  return count;
}

/** Views bytes from SQLite as numbers; they are copied only where they do not begin at a multiple of four. */
function aligned<T>(bytes: Uint8Array, View: new (buffer: ArrayBufferLike, offset: number, length: number) => T): T {
  const whole = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new View(whole.buffer, whole.byteOffset, whole.byteLength / 4);
}
