import { StoreError } from "@parlance/ports";
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
  if (code !== undefined && damaged.has(code)) return damagedError(path, message, { cause: error });
  return new StoreError("unavailable", `the search index ${path} cannot be used: ${message}`, { cause: error });
}

export function damagedError(path: string, problem: string, options?: ErrorOptions): StoreError {
  const remedy = "stop Parlance and run doctor with --repair, which indexes the chatbot again";
  return new StoreError("corrupt", `the search index ${path} is damaged; ${remedy}: ${problem}`, options);
}
