import { StoreError } from "@parlance/ports";

const primary = { busy: 5, locked: 6, corrupt: 11, constraint: 19, notADatabase: 26 };
/** By the system, before the database is asked. */
const refused = new Set<unknown>(["EACCES", "EPERM", "EROFS"]);
// Extended codes of a constraint: primary key, unique index, row id.
const taken = new Set([1555, 2067, 2579]);

/** Runs a call if the store is open, and gives its errors the meaning of the port. */
export type Guard = <R>(call: () => R | Promise<R>) => Promise<R>;

/** What an error of the database means to a caller of the port; other errors are passed on as they are. */
export function asStoreError(error: unknown, what: string): unknown {
  if (error instanceof Error && "code" in error && refused.has(error.code)) {
    return new StoreError("unavailable", `${what} cannot be read and written`, { cause: error });
  }
  const code = sqliteCode(error);
  if (code === undefined) return error;
  if (taken.has(code)) return new StoreError("already_exists", `the id or a unique index of ${what} is taken`, { cause: error });
  const kind = code & 0xff;
  if (kind === primary.corrupt || kind === primary.notADatabase) {
    return new StoreError("corrupt", `${what} is damaged or not a database: restore a backup`, { cause: error });
  }
  if (kind === primary.busy || kind === primary.locked) {
    return new StoreError("unavailable", `${what} is locked by another process`, { cause: error });
  }
  return new StoreError("unavailable", `${what} cannot be read or written`, { cause: error });
}

/** True when a statement was refused and changed nothing, so that the transaction around it may go on. */
export function isConstraint(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== undefined && (code & 0xff) === primary.constraint;
}

/** True when the transaction may have reached the disk in part, or not at all: nothing more should be written. */
export function isDiskFailure(error: unknown): boolean {
  const code = sqliteCode(error);
  // 10 is SQLITE_IOERR; a full disk (13) rolls back cleanly and may get room again.
  return code !== undefined && (code & 0xff) === 10;
}

function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode;
}
