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

export interface Writer {
  /** Resolves once the change is durable. */
  submit<R>(write: Write<R>): Promise<R>;
  onEvents(listener: () => void): () => void;
  /** @throws StoreError `unavailable` once a write to disk has failed: what is on disk is unknown until the store is opened again. */
  checkHealthy(): void;
  /** Resolves once all that can be read now is durable. @throws StoreError `unavailable` */
  durable(): Promise<void>;
  /** Makes all changes that are waiting, and ends; none may be submitted any more. */
  close(): Promise<void>;
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
export function createWriter(file: StoreFile, path: string, options: WriterOptions = {}): Writer {
  const { openSync = openDiskSync, onBroken } = options;
  const listeners = new Set<() => void>();
  const begin = file.db.prepare("BEGIN IMMEDIATE");
  const commit = file.db.prepare("COMMIT");
  const waiting: Waiting[] = [];
  let disk: DiskSync | undefined;
  let running: Promise<void> | undefined;
  let syncing: Promise<void> | undefined;
  let failure: StoreError | undefined;

  const breakOff = (cause: unknown): StoreError => {
    if (failure !== undefined) return failure;
    failure = unknownState(path, cause);
    onBroken?.(failure);
    return failure;
  };

  const commitTogether = (batch: readonly Waiting[]): readonly Outcome[] => {
    const [first] = batch;
    if (first !== undefined && batch.length === 1 && first.single) return [attempt(first)];
    begin.run();
    const outcomes = batch.map(attempt);
    commit.run();
    return outcomes;
  };

  const sync = async (): Promise<void> => {
    // What is committed lies in this file until SQLite, which syncs by itself then, moves it to the other.
    disk ??= openSync(`${path}-wal`);
    syncing = disk.sync();
    try {
      await syncing;
    } finally {
      syncing = undefined;
    }
  };

  const settle = async (batch: readonly Waiting[]): Promise<void> => {
    let outcomes: readonly Outcome[];
    try {
      if (failure !== undefined) throw failure;
      outcomes = commitTogether(batch);
    } catch (error) {
      if (file.db.isOpen && file.db.isTransaction) file.db.exec("ROLLBACK");
      if (isDiskFailure(error)) breakOff(error);
      for (const write of batch) write.reject(asStoreError(error, path));
      return;
    }
    try {
      if (batch.some((write) => write.sync !== false)) await sync();
    } catch (error) {
      const broken = breakOff(error);
      for (const write of batch) write.reject(broken);
      return;
    }
    if (answer(batch, outcomes)) for (const listener of listeners) queueMicrotask(listener);
  };

  const run = async (): Promise<void> => {
    // Writes of the same turn of the event loop are made together.
    await Promise.resolve();
    while (waiting.length > 0) await settle(waiting.splice(0, maxTogether));
    running = undefined;
  };

  return {
    submit: <R>(write: Write<R>) =>
      new Promise<R>((resolve, reject) => {
        waiting.push({ ...write, resolve: (value) => resolve(value as R), reject });
        running ??= run();
      }),
    onEvents: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    checkHealthy: () => {
      if (failure !== undefined) throw failure;
    },
    durable: async () => {
      await syncing;
      if (failure !== undefined) throw failure;
    },
    close: async () => {
      await running;
      disk?.close();
    },
  };
}

function unknownState(path: string, cause: unknown): StoreError {
  return new StoreError("unavailable", `writing ${path} failed; it must be opened again`, { cause });
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
