import {
  isStoreError,
  StoreError,
  type CheckableStore,
  type CopyableStore,
  type HeldState,
  type IndexChunk,
  type IndexQuery,
  type IndexResult,
  type PredecessorModel,
  type Scope,
  type SearchIndex,
  type StoreFault,
} from "@parlance/ports";
import { checkChunks } from "../search/input.ts";
import { accessFault, holdFiles, listScopeFiles } from "./search-index-files.ts";
import { checkFolder, noteOrigin } from "./search-index-folder.ts";
import { packChunks, packQuery, unpackResult } from "./search-index-pack.ts";
import { scopeFile } from "./search-index-path.ts";
import { SearchIndexThread } from "./search-index-thread.ts";

export interface EmbeddedSearchIndexOptions {
  /** Folder of the index, made when missing. Only one process may have it open. */
  path: string;
  /** Of every vector. */
  dimension: number;
  /** Name of the model that makes the vectors, such as `Embedder.model`. */
  model: string;
  /** A model whose vectors are converted if the index holds those: such as `Embedder.predecessor`. */
  predecessor?: PredecessorModel | undefined;
  /** Told of such a conversion, which takes about a second for 20,000 chunks. */
  onConversion?: {
    begun(files: number): void;
    /** A file is damaged and stays as it is, for `doctor`. */
    failed(error: StoreError): void;
    ended(): void;
  };
}

/**
 * Search on SQLite: one file for each chatbot, with rows, vectors (sqlite-vec) and words (FTS5) in one transaction. All SQL runs in
 * threads: writes in one, searches in two others, so that a long write does not hold up a search.
 * @throws StoreError `invalid` when the folder holds vectors of another model or dimension, `unavailable` without sqlite-vec.
 */
export async function openEmbeddedSearchIndex(
  options: EmbeddedSearchIndexOptions,
): Promise<SearchIndex & CopyableStore & CheckableStore> {
  const mayConvert = await checkFolder(options.path, options);
  const index = new EmbeddedSearchIndex(options);
  try {
    await index.start();
    if (mayConvert) await index.convert(options.onConversion);
    // Last, so that a conversion that was cut off is gone on with.
    await noteOrigin(options.path, options);
  } catch (error) {
    await index.close();
    throw error;
  }
  return index;
}

const script = new URL("./search-index-worker.ts", import.meta.url);
/** Chunks in one message and transaction: about 30 ms of writing, so that another chatbot's write waits no longer. */
const batchSize = 256;
const readerCount = 2;

class EmbeddedSearchIndex implements SearchIndex, CopyableStore, CheckableStore {
  readonly #path: string;
  readonly #dimension: number;
  readonly #writer: SearchIndexThread;
  readonly #readers: SearchIndexThread[];
  /** The last write of each chatbot; the next one begins after it. */
  readonly #writes = new Map<string, Promise<void>>();
  /** Chatbots whose file is being removed; reads wait. */
  readonly #erasing = new Map<string, Promise<void>>();
  #closed: Promise<void> | undefined;

  constructor({ path, dimension, model, predecessor }: EmbeddedSearchIndexOptions) {
    this.#path = path;
    this.#dimension = dimension;
    this.#writer = new SearchIndexThread(script, { model, dimension, predecessor, access: "write" });
    const reading = { model, dimension, predecessor, access: "read" };
    this.#readers = Array.from({ length: readerCount }, () => new SearchIndexThread(script, reading));
  }

  /** Starts the threads now, so that the first search does not wait for them and a broken installation is noticed. */
  async start(): Promise<void> {
    await Promise.all([...this.#readers, this.#writer].map((thread) => thread.call("check", {})));
  }

  /** Converts every file of the predecessor. One that is damaged keeps no other from it; it is refused later, as ever. */
  async convert(told: EmbeddedSearchIndexOptions["onConversion"]): Promise<void> {
    const files = listScopeFiles(this.#path);
    if (files.length === 0) return;
    told?.begun(files.length);
    for (const file of files) {
      await this.#writer.call("convert", { file }).catch((error: unknown) => {
        if (!isStoreError(error, "corrupt", "invalid")) throw error;
        told?.failed(error);
      });
    }
    told?.ended();
  }

  async put(scope: Scope, chunks: readonly IndexChunk[]): Promise<void> {
    checkChunks(chunks, this.#dimension);
    await this.#write(scope, async (file) => {
      for (let start = 0; start < chunks.length; start += batchSize) {
        const batch = packChunks(chunks.slice(start, start + batchSize), this.#dimension);
        await this.#writer.call("put", { file, batch }, { transfer: [batch.vectors.buffer] });
      }
    });
  }

  async retire(scope: Scope, documentId: string, generation: number, keep: readonly string[]): Promise<void> {
    await this.#write(scope, (file) => this.#writer.call("retire", { file, documentId, generation, keep }));
  }

  async discard(scope: Scope, generation: number, documentId?: string): Promise<void> {
    await this.#write(scope, (file) => this.#writer.call("discard", { file, generation, documentId }));
  }

  async purge(scope: Scope, endedUpTo?: number): Promise<void> {
    await this.#write(scope, (file) =>
      endedUpTo === undefined ? this.#erase(file) : this.#writer.call("purge", { file, endedUpTo }),
    );
  }

  async search(scope: Scope, query: IndexQuery, options: { signal?: AbortSignal } = {}): Promise<IndexResult> {
    const packed = await packQuery(query, this.#dimension);
    options.signal?.throwIfAborted();
    const { file, reader } = await this.#reading(scope);
    return unpackResult(await reader.call("search", { file, query: packed }, options), query);
  }

  async present(scope: Scope, generation: number, chunkIds: readonly string[]): Promise<Set<string>> {
    const { file, reader } = await this.#reading(scope);
    return new Set(await reader.call("present", { file, generation, chunkIds }));
  }

  hold(): HeldState {
    this.#checkOpen();
    // A file that is about to be made by a write that was asked for is not on the disk yet.
    const files = new Set([...listScopeFiles(this.#path), ...this.#writes.keys()]);
    return holdFiles(this.#path, [...files], (file, work) => this.#enqueue(file, work));
  }

  async faults(): Promise<StoreFault[]> {
    this.#checkOpen();
    const found: StoreFault[] = [];
    for (const file of listScopeFiles(this.#path)) {
      // SQLite opens a file that it may only read, and finds it whole.
      const refused = accessFault(file);
      const problems = refused === undefined ? await this.#writer.call("faults", { file }) : [];
      found.push(...(refused === undefined ? [] : [refused]), ...problems.map((problem) => ({ file, ...problem })));
    }
    return found;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#writes.values());
    await Promise.all([...this.#readers, this.#writer].map((thread) => thread.close()));
  }

  async #write(scope: Scope, work: (file: string) => Promise<void>): Promise<void> {
    this.#checkOpen();
    const file = scopeFile(this.#path, scope);
    await this.#enqueue(file, () => work(file));
  }

  async #enqueue(file: string, work: () => Promise<void>): Promise<void> {
    const before = this.#writes.get(file) ?? Promise.resolve();
    const done = before.then(work);
    const settled = done.catch(() => undefined);
    this.#writes.set(file, settled);
    await done.finally(() => {
      if (this.#writes.get(file) === settled) this.#writes.delete(file);
    });
  }

  async #reading(scope: Scope): Promise<{ file: string; reader: SearchIndexThread }> {
    this.#checkOpen();
    const file = scopeFile(this.#path, scope);
    for (let erasing = this.#erasing.get(file); erasing !== undefined; erasing = this.#erasing.get(file)) await erasing;
    return { file, reader: this.#readerOf(file) };
  }

  /** Always the same one for a chatbot, so that its file is open in one thread only and its calls keep their order. */
  #readerOf(file: string): SearchIndexThread {
    let hash = 0;
    for (let index = 0; index < file.length; index++) hash = (Math.imul(hash, 31) + file.charCodeAt(index)) >>> 0;
    const reader = this.#readers[hash % readerCount];
    if (reader === undefined) throw new RangeError("no reader");
    return reader;
  }

  async #erase(file: string): Promise<void> {
    const work = this.#readerOf(file)
      .call("release", { file })
      .then(() => this.#writer.call("erase", { file }));
    const settled = work.catch(() => undefined);
    this.#erasing.set(file, settled);
    await work.finally(() => this.#erasing.delete(file));
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw new StoreError("unavailable", "the search index is closed");
  }
}
