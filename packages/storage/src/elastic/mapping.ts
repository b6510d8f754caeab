import type { estypes } from "@elastic/elasticsearch";

/** Grows when the mapping changes in a way that old indexes cannot follow. */
export const mappingVersion = 1;

/** `to` of a chunk that no generation has ended. */
export const openEnd = Number.MAX_SAFE_INTEGER;

/** One chunk, as it is stored. `words` and `vector` are searched, `payload` only given back. */
export interface ChunkDocument {
  tenant: string;
  chatbot: string;
  chunk: string;
  document: string;
  from: number;
  to: number;
  /** Number of terms. */
  length: number;
  /** Encoded terms with one space between them. */
  words: string;
  vector?: number[];
  payload: unknown;
}

export interface Names {
  template: string;
  pattern: string;
  /** The index made at the first start; both aliases point to it. */
  first: string;
  read: string;
  write: string;
}

export function namesOf(prefix: string): Names {
  const base = `${prefix}-chunks`;
  return {
    template: `${base}-v${mappingVersion}`,
    pattern: `${base}-v${mappingVersion}-*`,
    first: `${base}-v${mappingVersion}-000001`,
    read: `${base}-read`,
    write: `${base}-write`,
  };
}

export function settings(shards: number): estypes.IndicesIndexSettings {
  return {
    number_of_shards: shards,
    auto_expand_replicas: "0-1",
    // What a bulk call acknowledged is on disk.
    translog: { durability: "request" },
    similarity: { okapi: { type: "BM25", k1: 1.2, b: 0.75 } },
  };
}

/**
 * Vectors are kept as they are: the default for this size quantises them, and their scores with them, which would no longer be cosines.
 */
export function mapping(model: string, dimension: number): estypes.MappingTypeMapping {
  return {
    dynamic: "strict",
    _meta: { model, dimension, version: mappingVersion },
    _routing: { required: true },
    properties: {
      tenant: { type: "keyword" },
      chatbot: { type: "keyword" },
      chunk: { type: "keyword" },
      document: { type: "keyword" },
      from: { type: "long" },
      to: { type: "long" },
      length: { type: "long" },
      words: { type: "text", analyzer: "whitespace", index_options: "freqs", similarity: "okapi" },
      vector: {
        type: "dense_vector",
        dims: dimension,
        index: true,
        similarity: "dot_product",
        index_options: { type: "hnsw", m: 16, ef_construction: 100 },
      },
      payload: { type: "object", enabled: false },
    },
  };
}
