import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { isErrno, makePath, syncFolder } from "@parlance/disk-sync";

/** Makes a folder and those above it, so that they outlive a loss of power. */
export async function makeFolder(path: string): Promise<void> {
  await syncMade(path, await makePath(path));
}

/** The same below a folder that was made so: in one step, for others may remove what is empty meanwhile. */
export async function makeFolderBelow(path: string): Promise<void> {
  await syncMade(path, await mkdir(path, { recursive: true, mode: 0o700 }));
}

async function syncMade(path: string, first: string | undefined): Promise<void> {
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** Runs something that may find no file; undefined then. */
export async function unlessAbsent<R>(run: () => Promise<R>): Promise<R | undefined> {
  try {
    return await run();
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}
