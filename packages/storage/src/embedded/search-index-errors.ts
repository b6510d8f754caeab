import { StoreError, type StoreErrorKind } from "@parlance/ports";

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html) that say that the file, and not its surroundings, is at fault. */
const damaged = new Set([1, 11, 26]);

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
