import type { StatementSync } from "node:sqlite";
import { openDiskSync, type DiskSync, type OpenDiskSync } from "@parlance/disk-sync";
import { StoreError } from "@parlance/ports";
import { asStoreError, isConstraint, isDiskFailure } from "./document-store-errors.ts";
import type { StoreFile } from "./document-store-file.ts";

/** One change to be made in a transaction. */
export interface Write<R> {
  /** The collection, for error messages. */
  what: string;
  /**
   * Makes the change. Whatever may be refused comes first, as one statement, so that a refusal leaves nothing behind.
   * @throws StoreError or a constraint error when it is refused
   */
  apply(): R;
  /** True when `apply` is one statement, which is atomic by itself. */
  single: boolean;
  /** True when events come with it. */
  events: boolean;
  /** False when nothing is lost should a power cut undo it; it survives the end of the process all the same. Default true. */
  sync?: boolean;
}

interface Waiting extends Write<unknown> {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

type Outcome = { value: unknown } | { error: unknown };

// Bounds how long one transaction keeps the event loop.
const maxTogether = 256;

export interface WriterOptions {
  /** How bytes are brought to the disk; tests hold them back. */
  openSync?: OpenDiskSync | undefined;
  /** Called once when a write to disk has failed, after which everything is refused. */
  onBroken?: ((error: StoreError) => void) | undefined;
}

/**
 * Group commit: changes that arrive while others are brought to the disk are committed together after them, so that many writers share the
 * cost of one sync. The disk is waited for on another thread, and only those who wait for their write wait for it. A change can be read from its
 * commit on, a moment before it is durable; whatever is to outlive that moment elsewhere awaits `durable` first.
 */
export class Writer {
  readonly #file: StoreFile;
  readonly #path: string;
  readonly #openSync: OpenDiskSync;
  readonly #onBroken: ((error: StoreError) => void) | undefined;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #listeners = new Set<() => void>();
  readonly #waiting: Waiting[] = [];
  #disk: DiskSync | undefined;
  #running: Promise<void> | undefined;
  #syncing: Promise<void> | undefined;
  #failure: StoreError | undefined;

  constructor(file: StoreFile, path: string, { openSync = openDiskSync, onBroken }: WriterOptions = {}) {
    this.#file = file;
    this.#path = path;
    this.#openSync = openSync;
    this.#onBroken = onBroken;
    this.#begin = file.db.prepare("BEGIN IMMEDIATE");
    this.#commit = file.db.prepare("COMMIT");
  }

  /** Resolves once the change is durable. */
  submit<R>(write: Write<R>): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#waiting.push({ ...write, resolve: (value) => resolve(value as R), reject });
      this.#running ??= this.#run();
    });
  }

  /** Calls back soon after a write that carried events. Returns the unsubscribe function. */
  onEvents(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @throws StoreError `unavailable` once a write to disk has failed: what is on disk is unknown until the store is opened again. */
  checkHealthy(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Resolves once all that can be read now is durable. @throws StoreError `unavailable` */
  async durable(): Promise<void> {
    await this.#syncing;
    this.checkHealthy();
  }

  /** Makes all changes that are waiting, and ends; none may be submitted any more. */
  async close(): Promise<void> {
    await this.#running;
    this.#disk?.close();
  }

  async #run(): Promise<void> {
    // Writes of the same turn of the event loop are made together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#settle(this.#waiting.splice(0, maxTogether));
    this.#running = undefined;
  }

  async #settle(batch: readonly Waiting[]): Promise<void> {
    const { db } = this.#file;
    let outcomes: readonly Outcome[];
    try {
      this.checkHealthy();
      outcomes = this.#commitTogether(batch);
    } catch (error) {
      if (db.isOpen && db.isTransaction) db.exec("ROLLBACK");
      if (isDiskFailure(error)) this.#breakOff(error);
      for (const write of batch) write.reject(asStoreError(error, this.#path));
      return;
    }
    try {
      if (batch.some((write) => write.sync !== false)) await this.#sync();
    } catch (error) {
      const broken = this.#breakOff(error);
      for (const write of batch) write.reject(broken);
      return;
    }
    if (answer(batch, outcomes)) for (const listener of this.#listeners) queueMicrotask(listener);
  }

  #commitTogether(batch: readonly Waiting[]): readonly Outcome[] {
    const [first] = batch;
    if (first !== undefined && batch.length === 1 && first.single) return [attempt(first)];
    this.#begin.run();
    const outcomes = batch.map(attempt);
    this.#commit.run();
    return outcomes;
  }

  async #sync(): Promise<void> {
    // What is committed lies in this file until SQLite, which syncs by itself then, moves it to the other.
    this.#disk ??= this.#openSync(`${this.#path}-wal`);
    this.#syncing = this.#disk.sync();
    try {
      await this.#syncing;
    } finally {
      this.#syncing = undefined;
    }
  }

  #breakOff(cause: unknown): StoreError {
    if (this.#failure !== undefined) return this.#failure;
    this.#failure = new StoreError("unavailable", `writing ${this.#path} failed; it must be opened again`, { cause });
    this.#onBroken?.(this.#failure);
    return this.#failure;
  }
}

/** Gives each writer its outcome; true when events were written. */
function answer(batch: readonly Waiting[], outcomes: readonly Outcome[]): boolean {
  let eventsWritten = false;
  for (const [index, outcome] of outcomes.entries()) {
    const write = batch[index];
    if ("error" in outcome) write?.reject(outcome.error);
    else {
      write?.resolve(outcome.value);
      eventsWritten ||= write?.events === true && outcome.value !== undefined;
    }
  }
  return eventsWritten;
}

/** A refusal concerns one change alone; any other error ends the whole transaction. */
function attempt(write: Waiting): Outcome {
  try {
    return { value: write.apply() };
  } catch (error) {
    if (error instanceof StoreError) return { error };
    if (isConstraint(error)) return { error: asStoreError(error, write.what) };
    throw error;
  }
}
