import { setImmediate } from "node:timers";
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
  /** Makes all changes that are waiting, at once. */
  flush(): void;
}

interface Waiting extends Write<unknown> {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

type Outcome = { value: unknown } | { error: unknown };

// Bounds how long one transaction keeps the event loop.
const maxTogether = 256;
// Commits that may follow each other before the event loop gets its turn: yielding costs a tenth of a commit on a fast disk.
const turnMilliseconds = 2;

/**
 * Group commit: the changes that arrive together are committed together, so that many writers share the cost of one flush to disk. On a
 * quiet store a change is committed at once; once commits have taken their share of a turn of the event loop, all changes wait for
 * the next turn, so that neither a busy writer nor a slow disk starves what else the process does.
 */
export function createWriter(file: StoreFile, path: string): Writer {
  const listeners = new Set<() => void>();
  const begin = file.db.prepare("BEGIN IMMEDIATE");
  const commit = file.db.prepare("COMMIT");
  let waiting: Waiting[] = [];
  let spent: number | undefined;
  let failure: StoreError | undefined;

  const commitBatch = (batch: readonly Waiting[]): readonly Outcome[] => {
    if (batch.some(({ sync }) => sync !== false)) return commitTogether(batch);
    file.db.exec("PRAGMA synchronous = NORMAL");
    try {
      return commitTogether(batch);
    } finally {
      if (file.db.isTransaction) file.db.exec("ROLLBACK");
      file.db.exec("PRAGMA synchronous = FULL");
    }
  };

  const commitTogether = (batch: readonly Waiting[]): readonly Outcome[] => {
    const [first] = batch;
    if (first !== undefined && batch.length === 1 && first.single) return [attempt(first)];
    begin.run();
    const outcomes = batch.map(attempt);
    commit.run();
    return outcomes;
  };

  const settle = (batch: readonly Waiting[]) => {
    let outcomes: readonly Outcome[];
    try {
      if (failure !== undefined) throw failure;
      outcomes = commitBatch(batch);
    } catch (error) {
      if (file.db.isOpen && file.db.isTransaction) file.db.exec("ROLLBACK");
      const reason = asStoreError(error, path);
      if (isDiskFailure(error))
        failure = new StoreError("unavailable", `writing ${path} failed; it must be opened again`, { cause: error });
      for (const write of batch) write.reject(reason);
      return;
    }
    if (answer(batch, outcomes)) for (const listener of listeners) queueMicrotask(listener);
  };

  const commitWaiting = () => {
    const batch = waiting.splice(0, maxTogether);
    if (batch.length === 0) return;
    const start = performance.now();
    settle(batch);
    spent = (spent ?? 0) + performance.now() - start;
    if (waiting.length > 0) schedule();
  };

  const schedule = () => {
    if (spent !== undefined && spent >= turnMilliseconds) {
      setImmediate(nextTurn);
      return;
    }
    // Without a share in use there is none to give back at the end of the turn.
    if (spent === undefined) setImmediate(endTurn);
    spent ??= 0;
    queueMicrotask(commitWaiting);
  };

  const endTurn = () => {
    spent = undefined;
  };
  const nextTurn = () => {
    spent = undefined;
    schedule();
  };

  return {
    submit: <R>(write: Write<R>) =>
      new Promise<R>((resolve, reject) => {
        waiting.push({ ...write, resolve: (value) => resolve(value as R), reject });
        if (waiting.length === 1) schedule();
      }),
    onEvents: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    checkHealthy: () => {
      if (failure !== undefined) throw failure;
    },
    flush: () => {
      while (waiting.length > 0) settle(waiting.splice(0, maxTogether));
    },
  };
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
