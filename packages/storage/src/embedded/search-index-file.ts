import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { StoreError, type PredecessorModel } from "@parlance/ports";
import { getLoadablePath } from "sqlite-vec";
import { convert } from "./search-index-conversion.ts";
import { damagedError } from "./search-index-errors.ts";
import { schema, schemaVersion } from "./search-index-schema.ts";

/**
 * Vectors are read through the memory map: SQLite does not cache the overflow pages that they fill, and reading those from the file
 * takes two to eight times as long. The price: whoever cuts the file short while it is open ends the process. Nobody else writes here.
 */
const mappedBytes = 8 * 1024 ** 3;

/** What made the vectors of a file or of the whole index. */
export interface Origin {
  model: string;
  dimension: number;
}

export interface FileSettings extends Origin {
  /** Files of this model are converted when they are opened to be written to. */
  predecessor?: PredecessorModel | undefined;
  access: "read" | "write";
}

/** @throws StoreError `unavailable` when this machine cannot load sqlite-vec. */
export function checkExtension(): void {
  const db = new DatabaseSync(":memory:", { allowExtension: true });
  try {
    db.loadExtension(getLoadablePath());
  } catch (error) {
    const message = "sqlite-vec, which the search index needs, cannot be loaded: on Linux it takes glibc, which Alpine lacks";
    throw new StoreError("unavailable", message, { cause: error });
  } finally {
    db.close();
  }
}

/** One chatbot's SQLite file, open in one thread. Rows, vectors and words of a chunk share `chunk.id`, which is never used twice. */
export class SearchIndexFile {
  readonly path: string;
  readonly dimension: number;
  /** Number of terms of each chunk by `id - firstId`; grows only, because a chunk's terms never change. Kept by the search. */
  readonly lengths = { firstId: 1, lastId: 0, values: new Uint32Array(0) };
  /** Terms by first letter as they were at that version of the file's data. Kept by the search for near terms. */
  readonly vocabulary = { version: 0, byLetter: new Map<string, readonly { term: string; chunks: number }[]>() };
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(path: string, settings: FileSettings) {
    this.path = path;
    this.dimension = settings.dimension;
    this.#db = new DatabaseSync(path, { allowExtension: true, timeout: 10_000 });
  }

  /**
   * Opens the file. When it is missing, it is made if `create` says so, else there is nothing to open.
   * @throws StoreError `corrupt`, also for reading a file of the predecessor, which could not be converted, or `invalid` when it was written with another model or by a newer version.
   */
  static open(path: string, settings: FileSettings, create = settings.access === "write"): SearchIndexFile | undefined {
    if (!create && !existsSync(path)) return undefined;
    mkdirSync(dirname(path), { recursive: true });
    const file = new SearchIndexFile(path, settings);
    try {
      if (file.#prepareFor(settings)) return file;
    } catch (error) {
      file.close();
      throw error;
    }
    file.close();
    return undefined;
  }

  /** Statements are kept, so that a query is parsed once for each open file. */
  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    // What is written last may be a page of the words, whose id is none for a number: a Node that does not round it throws.
    if (!/^\s*(?:SELECT|WITH|PRAGMA)/i.test(sql)) statement.setReadBigInts(true);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Runs reads over one snapshot, or writes that become visible and durable together or not at all. */
  transaction<T>(kind: "deferred" | "immediate", work: () => T): T {
    this.#db.exec(`BEGIN ${kind}`);
    try {
      const result = work();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #prepareFor(settings: FileSettings): boolean {
    this.#db.loadExtension(getLoadablePath());
    this.#db.enableLoadExtension(false);
    const version = Number(this.prepare("PRAGMA user_version").get()?.["user_version"]);
    if (version > schemaVersion) throw new StoreError("invalid", `${this.path} was written by a newer version of Parlance`);
    if (settings.access === "read") {
      this.#db.exec(`
        CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, 'row');
        PRAGMA query_only = 1; PRAGMA mmap_size = ${mappedBytes};
      `);
      if (version === 0) return false;
    } else {
      this.#db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 8388608");
      if (version === 0) this.transaction("immediate", () => this.#create(settings));
      const { predecessor } = settings;
      if (predecessor !== undefined && isOf(predecessor, this.#origin())) convert(this, { ...settings, predecessor });
    }
    this.#checkModel(settings);
    return true;
  }

  #create({ model, dimension }: FileSettings): void {
    this.#db.exec(schema(dimension));
    this.prepare("INSERT INTO origin (model, dimension) VALUES (?, ?)").run(model, dimension);
    this.#db.exec(`PRAGMA user_version = ${schemaVersion}`);
  }

  #checkModel({ model, dimension, predecessor }: FileSettings): void {
    const origin = this.#origin();
    if (isOf({ model, dimension }, origin)) return;
    const was = `${origin?.model} (${origin?.dimension} dimensions)`;
    const problem = `holds vectors of ${was}, not of ${model} (${dimension} dimensions)`;
    if (predecessor !== undefined && isOf(predecessor, origin)) throw damagedError(this.path, `it ${problem}`);
    throw new StoreError("invalid", `${this.path} ${problem}`);
  }

  #origin(): Origin | undefined {
    return this.prepare("SELECT model, dimension FROM origin").get() as unknown as Origin | undefined;
  }
}

/** Whether vectors of that origin are the model's. */
export function isOf({ model, dimension }: Origin, origin: Origin | undefined): boolean {
  return origin?.model === model && origin.dimension === dimension;
}
