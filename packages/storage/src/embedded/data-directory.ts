import { open, readFile, rename } from "node:fs/promises";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isErrno, makePath } from "@parlance/disk-sync";
import { StoreError } from "@parlance/ports";

/** A data directory that this process owns until it is closed or ends, however it ends. */
export interface DataDirectory {
  /** Absolute path. */
  readonly path: string;
  /** Lets another process have it. Idempotent. */
  close(): void;
}

const formatVersion = 1;
const formatFile = "format.json";
const lockFile = "lock.db";

/** Locks that are held. One that nobody refers to would be closed by the garbage collection, and the directory given to the next process. */
const held = new Set<DatabaseSync>();

/**
 * Makes the directory (readable by its owner alone), takes it for this process, and checks that its format is one this version knows.
 * The lock is the operating system's on an SQLite file, so that it goes with the process and none can be left behind.
 * @throws StoreError `unavailable` when another process has it or it cannot be written, `invalid` when a newer version wrote it
 */
export async function lockDataDirectory(directory: string): Promise<DataDirectory> {
  const path = resolve(directory);
  try {
    await makePath(path);
  } catch (error) {
    throw new StoreError(
      "unavailable",
      `The data directory ${path} cannot be created: ${reasonOf(error)}. Set PARLANCE_DATA_DIR to another folder`,
      { cause: error },
    );
  }
  const lock = takeLock(path);
  try {
    await checkFormat(path);
  } catch (error) {
    lock.close();
    throw error;
  }
  held.add(lock);
  return {
    path,
    close: () => {
      if (held.delete(lock)) lock.close();
    },
  };
}

function takeLock(path: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(path, lockFile), { timeout: 0 });
    // No transaction may end while the lock is held, so none is ever committed.
    lock.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock?.close();
    throw new StoreError("unavailable", lockFault(error, path), { cause: error });
  }
}

function lockFault(error: unknown, path: string): string {
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  if (code === busy)
    return `The data directory ${path} is in use by another Parlance process: stop that process, or set PARLANCE_DATA_DIR to another directory`;
  if (code === noDatabase) return `${join(path, lockFile)} is damaged: delete it, nothing is kept in it`;
  return `The data directory ${path} cannot be locked: ${reasonOf(error)}`;
}

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html). */
const busy = 5;
const noDatabase = 26;

async function checkFormat(path: string): Promise<void> {
  const version = await readFormat(path);
  if (version === undefined) return writeFormat(path);
  if (version > formatVersion) {
    throw new StoreError(
      "invalid",
      `The data directory ${path} was written by a newer version of Parlance (format ${version}, this version knows ${formatVersion}): use that version or newer`,
    );
  }
  return undefined;
}

/** undefined for a directory that is new. */
async function readFormat(path: string): Promise<number | undefined> {
  let text: string;
  try {
    text = await readFile(join(path, formatFile), "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw new StoreError("unavailable", `The data directory ${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  const version = /^\s*\{\s*"format"\s*:\s*([1-9][0-9]{0,8})\s*\}\s*$/.exec(text)?.[1];
  if (version === undefined)
    throw new StoreError(
      "corrupt",
      `${join(path, formatFile)} is damaged: it does not say {"format": <number>}. Bring it back from a backup, or delete it if no newer version of Parlance has used the folder`,
    );
  return Number(version);
}

async function writeFormat(path: string): Promise<void> {
  const file = join(path, formatFile);
  const handle = await open(`${file}.new`, "w", 0o600);
  try {
    await handle.writeFile(`${JSON.stringify({ format: formatVersion })}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
