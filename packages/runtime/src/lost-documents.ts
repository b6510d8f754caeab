import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { StoreError } from "@parlance/ports";

/**
 * Refuses a data folder whose documents are gone while other files of the same installation are there: opened as it is, it would look like a
 * new one, and what else it holds would be taken for waste.
 * @throws StoreError `corrupt` that says what is missing and what to do
 */
export async function refuseLostDocuments(folder: string): Promise<void> {
  const documents = join(folder, "documents.db");
  if (await holdsBytes(documents)) return;
  // A log without its database is thrown away by SQLite, and with it all that was written since the last checkpoint.
  const left = (await holdsBytes(`${documents}-wal`)) ? `${documents}-wal` : await firstWithEntries(folder);
  if (left === undefined) return;
  throw new StoreError(
    "corrupt",
    `${documents} is missing or empty, but ${left} belongs to it: bring the file back, restore a backup, or set PARLANCE_DATA_DIR to an empty folder to begin anew`,
  );
}

/** Folders that get an entry only after a document names it. */
const folders = [["search"], ["blobs", "blobs"]];

async function firstWithEntries(folder: string): Promise<string | undefined> {
  for (const parts of folders) {
    const path = join(folder, ...parts);
    const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
    if (entries.some((entry) => entry.isDirectory())) return path;
  }
  return undefined;
}

async function holdsBytes(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new StoreError("unavailable", `${path} cannot be read: ${error.message}`, { cause: error });
  });
  return found !== undefined && found.size > 0;
}
