import { accessSync, constants, existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "@parlance/ports";

/** Grows with every change of the tables; a file of a newer version is refused. */
const schemaVersion = 1;

/**
 * `pending` has a row for every event that a group has still to handle, so that what remains after a crash is exactly what was not
 * acknowledged. `retry_at` and `attempts` survive a restart.
 */
const tables = `
CREATE TABLE events (
  offset INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id TEXT NOT NULL,
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  tenant TEXT NOT NULL,
  time INTEGER NOT NULL,
  payload BLOB,
  traceparent TEXT,
  request_id TEXT,
  published_at INTEGER NOT NULL
) STRICT;
CREATE INDEX events_by_topic ON events (topic, offset);
CREATE TABLE group_topics (
  group_name TEXT NOT NULL,
  topic TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (group_name, topic)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_topics_by_topic ON group_topics (topic);
CREATE TABLE pending (
  group_name TEXT NOT NULL,
  topic TEXT NOT NULL,
  offset INTEGER NOT NULL,
  key TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  retry_at INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (group_name, topic, offset)
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_by_key ON pending (group_name, topic, key, offset);
CREATE TABLE dead_letters (
  group_name TEXT NOT NULL,
  offset INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  error TEXT NOT NULL,
  parked_at INTEGER NOT NULL,
  PRIMARY KEY (group_name, offset)
) STRICT, WITHOUT ROWID;
CREATE INDEX dead_letters_by_event ON dead_letters (group_name, event_id);
`;

export interface OpenOptions {
  /** False: the structure is not examined after an unclean stop, so that whoever examines it can open it. Default true. */
  examine?: boolean | undefined;
}

/**
 * Opens the file and brings its tables up to date. After an unclean stop its structure is examined.
 * @throws Error when another process has it open, a newer version wrote it, or it may not be used; StoreError `corrupt` when it is damaged.
 */
export function openDatabase(path: string, { examine = true }: OpenOptions = {}): DatabaseSync {
  checkAccess(path);
  const uncleanStop = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  const db = new DatabaseSync(path);
  try {
    tune(db);
    migrate(db);
    if (uncleanStop && examine) checkStructure(db, path);
    return db;
  } catch (error) {
    db.close();
    if (isCode(error, busy)) throw new Error("the event log is in use by another process", { cause: error });
    throw asLogError(error, path);
  }
}

/** SQLite opens a log that it may only read, and calls what follows a failing disk. */
function checkAccess(path: string): void {
  if (!existsSync(path)) return;
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new StoreError("unavailable", `the event log ${path} cannot be read and written`, { cause: error });
  }
}

/** What an error of the database says of the log; others are passed on as they are. */
export function asLogError(error: unknown, path: string): unknown {
  return isCode(error, ...damaged) ? damage(path, error) : error;
}

function damage(path: string, cause: unknown): StoreError {
  const advice = "restore a backup, or move the file away and run doctor with --repair";
  return new StoreError("corrupt", `the event log ${path} is damaged: ${advice}`, { cause });
}

function checkStructure(db: DatabaseSync, path: string): void {
  const found = String(db.prepare("PRAGMA quick_check(1)").get()?.["quick_check"]);
  if (found !== "ok") throw damage(path, new Error(found));
}

/** One process owns the file. Commits are synced by whoever waits for them. */
function tune(db: DatabaseSync): void {
  db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
}

function migrate(db: DatabaseSync): void {
  const version = Number(db.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
  if (version > schemaVersion) throw new Error(`the event log has version ${version}; this program knows up to ${schemaVersion}`);
  // Even an empty write takes the lock for good, so a second process is refused when it opens the file.
  const changes = version === schemaVersion ? "" : tables;
  db.exec(`BEGIN EXCLUSIVE; ${changes} PRAGMA user_version = ${schemaVersion}; COMMIT;`);
}

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html). */
const busy = 5;
const damaged = [11, 26];

function isCode(error: unknown, ...codes: readonly number[]): boolean {
  return error instanceof Error && "errcode" in error && codes.includes(Number(error.errcode) & 0xff);
}
