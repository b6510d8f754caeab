import { accessSync, constants, existsSync, statSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { StoreError } from "@parlance/ports";
import { asStoreError } from "./document-store-errors.ts";

/** An open database file with its prepared statements. */
export interface StoreFile {
  readonly db: DatabaseSync;
  /** The statement for a text, prepared once; the least recently used ones are forgotten. */
  prepare(sql: string): StatementSync;
  /** Idempotent. */
  close(): void;
}

// "PLDS": tells our files from other programs' databases.
const applicationId = 0x504c4453;
const schemaVersion = 1;
const leastSqlite = [3, 51, 3];
const maxStatements = 500;

/**
 * Opens or creates the file in WAL mode. A commit survives the end of the process at once, and loss of power once its writer has synced it. After
 * an unclean stop the file's structure is checked.
 * @throws StoreError `corrupt` when it is damaged, `invalid` when it is not ours or newer, `unavailable` when it cannot be opened.
 */
export function openStoreFile(path: string): StoreFile {
  const uncleanStop = existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0;
  let db: DatabaseSync | undefined;
  try {
    // SQLite opens a file that it may only read, and every write fails later.
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
    db = new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: false });
    checkSqliteVersion(db);
    claim(db, path);
    useWal(db, path);
    db.exec("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY");
    if (uncleanStop) checkStructure(db, path);
    return withStatements(db);
  } catch (error) {
    db?.close();
    throw asStoreError(error, path);
  }
}

function withStatements(db: DatabaseSync): StoreFile {
  const statements = new Map<string, StatementSync>();
  return {
    db,
    prepare: (sql) => {
      const statement = statements.get(sql) ?? db.prepare(sql);
      // Put back at the end: the first is the one that was not used for longest.
      statements.delete(sql);
      statements.set(sql, statement);
      const [oldest] = statements.keys();
      if (statements.size > maxStatements && oldest !== undefined) statements.delete(oldest);
      return statement;
    },
    close: () => {
      statements.clear();
      if (db.isOpen) db.close();
    },
  };
}

/** Older versions can lose committed writes when a WAL is reset while another connection checkpoints. */
function checkSqliteVersion(db: DatabaseSync): void {
  const version = String(db.prepare("SELECT sqlite_version() AS version").get()?.["version"]);
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0, leastPatch = 0] = leastSqlite;
  const order = major - leastMajor || minor - leastMinor || patch - leastPatch;
  if (order < 0)
    throw new StoreError("unavailable", `SQLite ${leastSqlite.join(".")} or later is needed, this Node has ${version}`);
}

function claim(db: DatabaseSync, path: string): void {
  const owner = pragma(db, "application_id");
  const version = pragma(db, "user_version");
  if (owner === 0 && version === 0 && db.prepare("SELECT 1 FROM sqlite_master LIMIT 1").get() === undefined) {
    db.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}`);
    return;
  }
  if (owner !== applicationId)
    throw new StoreError("invalid", `${path} is a database of another program, not a document store of Parlance`);
  if (version > schemaVersion) {
    throw new StoreError(
      "invalid",
      `${path} was written by a newer version of Parlance (its schema is ${version}, this version knows ${schemaVersion})`,
    );
  }
}

/** The writer syncs the log by itself, so there must be one; some file systems of networks cannot share its index. */
function useWal(db: DatabaseSync, path: string): void {
  const mode = db.prepare("PRAGMA journal_mode = WAL").get()?.["journal_mode"];
  if (mode !== "wal") throw new StoreError("unavailable", `the file system of ${path} is none for a database: choose a local disk`);
}

function checkStructure(db: DatabaseSync, path: string): void {
  const found = db.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
  if (found !== "ok") throw new StoreError("corrupt", `${path} is damaged: ${String(found)}. Restore a backup`);
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}
