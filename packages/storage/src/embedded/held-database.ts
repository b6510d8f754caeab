import { backup, DatabaseSync } from "node:sqlite";
import type { HeldState, StoreFault } from "@parlance/ports";

/** Pages that are copied before a signal is looked at again. */
const pagesAtOnce = 1_000;

/**
 * Holds a database in WAL mode as it is now: a connection of its own keeps a read transaction open, beside which others write on.
 * @throws the driver's error when the file cannot be opened
 */
export function holdDatabase(file: string): HeldState {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    db.exec("BEGIN");
    // The state is taken by the first read, not by the beginning.
    db.prepare("SELECT count(*) FROM sqlite_master").get();
  } catch (error) {
    db.close();
    throw error;
  }
  const release = () => {
    if (db.isOpen) db.close();
  };
  return {
    copyTo: async (path, { signal } = {}) => {
      signal?.throwIfAborted();
      await backup(db, path, { rate: pagesAtOnce, progress: () => signal?.throwIfAborted() });
      release();
    },
    release,
  };
}

/** Copies a database that nobody changes meanwhile. */
export async function copyDatabase(file: string, path: string): Promise<void> {
  const held = holdDatabase(file);
  try {
    await held.copyTo(path);
  } finally {
    held.release();
  }
}

/** What is wrong with a database's structure. */
export function databaseFaults(file: string): StoreFault[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return structureFaults(db).map((problem) => ({ file, problem }));
  } catch (error) {
    return [{ file, problem: error instanceof Error ? error.message : String(error) }];
  } finally {
    db.close();
  }
}

function structureFaults(db: DatabaseSync): string[] {
  const found = db.prepare("PRAGMA integrity_check(10)").all();
  return found.map((row) => String(row["integrity_check"])).filter((text) => text !== "ok");
}
