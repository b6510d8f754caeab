import { Client } from "@elastic/elasticsearch";
import { StoreError, type IndexChunk, type IndexQuery, type IndexResult, type Scope, type SearchIndex } from "@parlance/ports";
import { checkChunks, checkDimension, checkQuery, normalised } from "../search/input.ts";
import { isIndexMissing, request } from "./errors.ts";
import { namesOf, openEnd, type ChunkDocument } from "./mapping.ts";
import { documentId, encodeTerm, scopeKey, visibleIn } from "./scope.ts";
import { search } from "./search.ts";
import { setUp, type SetUp } from "./set-up.ts";
import { bulk, changeAll, type BulkItem, type Server } from "./writes.ts";

export interface ElasticSearchIndexOptions {
  /** `http://user:password@host:9200`. */
  url: string;
  /** Of every vector. */
  dimension: number;
  /** Name of the model that makes the vectors, such as `Embedder.model`. */
  model: string;
  /** Begins the names of the index and its aliases. Default `parlance`. */
  prefix?: string;
  /** Primary shards of an index that is made new. Default 3; a chatbot lies on one of them. */
  shards?: number;
  /** Milliseconds for one request. Default 30,000. */
  timeoutMs?: number;
}

/**
 * Search on Elasticsearch 9: kNN and BM25 in one index for all chatbots, each on one shard.
 * @throws StoreError `unavailable` when the server is, `invalid` when the index holds vectors of another model or dimension.
 */
export async function openElasticSearchIndex(options: ElasticSearchIndexOptions): Promise<SearchIndex> {
  const { url, dimension, model, prefix = "parlance", shards = 3, timeoutMs = 30_000 } = options;
  checkDimension(dimension);
  const client = new Client({ node: url, requestTimeout: timeoutMs });
  const setup = { client, names: namesOf(prefix), model, dimension, shards };
  try {
    await setUp(setup);
  } catch (error) {
    await client.close();
    throw error;
  }
  return new ElasticSearchIndex(setup);
}

/** Chunks of one bulk call: to write so many vectors as JSON holds up everything else for about 5 ms. */
const batchSize = 64;

class ElasticSearchIndex implements SearchIndex {
  readonly #setup: SetUp;
  readonly #server: Server;
  readonly #dimension: number;
  readonly #running = new Set<Promise<unknown>>();
  #mending: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(setup: SetUp) {
    this.#setup = setup;
    this.#server = setup;
    this.#dimension = setup.dimension;
  }

  put(scope: Scope, chunks: readonly IndexChunk[]): Promise<void> {
    return this.#track(async () => {
      checkChunks(chunks, this.#dimension);
      const { routing } = scopeKey(scope);
      for (let start = 0; start < chunks.length; start += batchSize) {
        const items = chunks.slice(start, start + batchSize).map((chunk) => indexItem(scope, chunk, this.#dimension));
        // All lie on one shard, which the last call makes visible.
        await bulk(this.#server, routing, items, start + batchSize >= chunks.length);
      }
    });
  }

  retire(scope: Scope, document: string, generation: number, keep: readonly string[]): Promise<void> {
    return this.#track(async () => {
      const { routing, filter } = scopeKey(scope);
      const ofDocument = [...filter, { term: { document } }, { range: { from: { lte: generation } } }];
      const kept = { terms: { chunk: [...keep] } };
      const open = { bool: { filter: [...ofDocument, { range: { to: { gt: generation } } }], must_not: kept } };
      await changeAll(this.#server, routing, open, (id) => endItem(id, generation));
      const ended = { bool: { filter: [...ofDocument, { term: { to: generation } }, kept] } };
      await changeAll(this.#server, routing, ended, (id) => endItem(id, openEnd));
    });
  }

  search(scope: Scope, query: IndexQuery, options: { signal?: AbortSignal } = {}): Promise<IndexResult> {
    return this.#track(async () => {
      const terms = checkQuery(query);
      const vector = Promise.resolve(query.vector).then((given) => normalised(given, this.#dimension));
      return search(this.#server, { scope, query, terms, vector, signal: options.signal });
    });
  }

  present(scope: Scope, generation: number, chunkIds: readonly string[]): Promise<Set<string>> {
    return this.#track(async () => {
      const { client, names } = this.#server;
      const { routing, filter } = scopeKey(scope);
      const found = new Set<string>();
      for (let start = 0; start < chunkIds.length; start += 5_000) {
        const values = chunkIds.slice(start, start + 5_000).map((chunkId) => documentId(scope, chunkId));
        const query = { bool: { filter: [...filter, ...visibleIn(generation), { ids: { values } }] } };
        const asked = { index: names.read, routing, query, size: values.length, _source: ["chunk"] };
        const { hits } = await request(() => client.search<ChunkDocument>(asked));
        for (const { _source } of hits.hits) if (_source !== undefined) found.add(_source.chunk);
      }
      return found;
    });
  }

  discard(scope: Scope, generation: number, document?: string): Promise<void> {
    return this.#track(async () => {
      const { routing, filter } = scopeKey(scope);
      const undone = document === undefined ? filter : [...filter, { term: { document } }];
      const begun = { bool: { filter: [...undone, { term: { from: generation } }] } };
      await changeAll(this.#server, routing, begun, (_id) => [{ delete: { _id } }]);
      const ended = { bool: { filter: [...undone, { term: { to: generation } }] } };
      await changeAll(this.#server, routing, ended, (id) => endItem(id, openEnd));
    });
  }

  purge(scope: Scope, endedUpTo?: number): Promise<void> {
    return this.#track(async () => {
      const { routing, filter } = scopeKey(scope);
      const ended = endedUpTo === undefined ? [] : [{ range: { to: { lte: Math.min(endedUpTo, openEnd - 1) } } }];
      await changeAll(this.#server, routing, { bool: { filter: [...filter, ...ended] } }, (_id) => [{ delete: { _id } }]);
    });
  }

  close(): Promise<void> {
    this.#closed ??= Promise.allSettled(this.#running).then(() => this.#server.client.close());
    return this.#closed;
  }

  /** What was begun before the close is finished. */
  async #track<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) throw new StoreError("unavailable", "the search index is closed");
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      if (isIndexMissing(error)) await this.#mend();
      throw error;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Makes a deleted index again. Whoever missed it is told so all the same: what it held is lost. @throws what {@link setUp} does */
  async #mend(): Promise<void> {
    this.#mending ??= setUp(this.#setup).finally(() => (this.#mending = undefined));
    await this.#mending;
  }
}

function indexItem(scope: Scope, chunk: IndexChunk, dimension: number): BulkItem {
  const vector = normalised(chunk.vector, dimension);
  const document: ChunkDocument = {
    tenant: scope.tenant,
    chatbot: scope.chatbotId,
    chunk: chunk.chunkId,
    document: chunk.documentId,
    from: chunk.from,
    to: openEnd,
    length: chunk.terms.length,
    words: chunk.terms.map(encodeTerm).join(" "),
    payload: chunk.payload,
    ...(vector === undefined ? {} : { vector: [...vector] }),
  };
  return [{ index: { _id: documentId(scope, chunk.chunkId) } }, document];
}

function endItem(_id: string, to: number): BulkItem {
  return [{ update: { _id, retry_on_conflict: 3 } }, { doc: { to } }];
}
