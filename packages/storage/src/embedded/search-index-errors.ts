import { StoreError, type StoreErrorKind } from "@parlance/ports";
import type { FileFault } from "./search-index-messages.ts";

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html) that say that the file, and not its surroundings, is at fault. */
const damaged = new Set([1, 11, 26]);

/** What an error says of a file that was examined: one of its surroundings, such as a full disk, says nothing about the file. */
export function faultBy(error: unknown, path: string): FileFault {
  const { message, kind } = asStoreError(error, path);
  const surroundings = error instanceof Error && "errcode" in error && kind !== "corrupt";
  return surroundings ? { problem: error.message, refused: true } : { problem: message };
}

/**
 * What went wrong with a chatbot's file, in one sentence. Code 1 counts as damage: the statements are fixed, so that a logic error
 * only comes from a virtual table that finds its own tables broken.
 */
export function asStoreError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const code = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const kind: StoreErrorKind = code !== undefined && damaged.has(code) ? "corrupt" : "unavailable";
  const what =
    kind === "corrupt"
      ? "is damaged; stop Parlance and run doctor with --repair, which indexes the chatbot again"
      : "cannot be used";
  return new StoreError(kind, `the search index ${path} ${what}: ${message}`, { cause: error });
}
