import { createHash, randomUUID } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { makePath, syncFolder } from "@parlance/disk-sync";
import { lockDataDirectory } from "@parlance/storage/embedded";
import { BackupError, readManifest, type ManifestFile } from "./manifest.ts";

export interface RestoreOptions {
  /** Folder of the backup. */
  from: string;
  /** The data folder to be made. */
  to: string;
  /** Puts a data folder that is there already aside, in place of refusing. */
  force: boolean;
  onProgress?: (done: number, total: number) => void;
}

export interface RestoreResult {
  files: number;
  bytes: number;
  /** Where the folder that was there before is now. */
  previous: string | undefined;
}

/**
 * Makes a data folder from a backup. Every file is checked while it is copied, and the folder appears when all of it is right: until then,
 * and whenever this fails, what was there is untouched. A folder that is there and empty is filled: a volume may be mounted there, beside which
 * nothing can be written, and which can be neither removed nor renamed.
 * @throws BackupError when the backup is damaged or the folder is taken, StoreError when a process uses the folder
 */
export async function restore({ from, to, force, onProgress }: RestoreOptions): Promise<RestoreResult> {
  const target = resolve(to);
  const { files } = await readManifest(resolve(from));
  await checkTarget(target, force);
  const fills = existsSync(target) && (await isEmpty(target));
  const unfinished = `unfinished-${randomUUID().slice(0, 8)}`;
  const draft = fills ? join(target, unfinished) : `${target}.${unfinished}`;
  try {
    await makePath(draft);
    for (const [done, file] of files.entries()) {
      onProgress?.(done, files.length);
      await copyChecked(resolve(from), draft, file);
    }
    onProgress?.(files.length, files.length);
    // Refuses a format that this version does not know.
    (await lockDataDirectory(draft)).close();
    const previous = fills ? undefined : await makeRoom(target);
    if (fills) await fill(target, unfinished);
    else await rename(draft, target);
    await syncFolder(fills ? target : dirname(target));
    return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), previous };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function checkTarget(target: string, force: boolean): Promise<void> {
  if (!existsSync(dirname(target))) throw new BackupError(`There is no folder ${dirname(target)}: make it first`);
  if (!existsSync(target) || (await isEmpty(target))) return;
  if (!existsSync(join(target, "format.json"))) throw new BackupError(`${target} is not empty and no data folder: choose another`);
  (await lockDataDirectory(target)).close();
  if (!force) throw new BackupError(`${target} has data already: choose another folder, or use --force to put it aside`);
}

/** But for what may be in it: the folder of a draft, and the one that some file systems have at their root. */
async function isEmpty(folder: string, unfinished?: string): Promise<boolean> {
  return (await readdir(folder)).every((name) => name === unfinished || name === "lost+found");
}

/** Moves what a folder of the target holds up into the target. The documents come last: without them nothing starts on the rest. */
async function fill(target: string, unfinished: string): Promise<void> {
  if (!(await isEmpty(target, unfinished))) throw new BackupError(`${target} is not empty any more: choose another folder`);
  const names = await readdir(join(target, unfinished));
  for (const name of names.toSorted((a, b) => Number(a === "documents.db") - Number(b === "documents.db")))
    await rename(join(target, unfinished, name), join(target, name));
  await rmdir(join(target, unfinished));
}

/** Gives the name under which a data folder that was there goes on. */
async function makeRoom(target: string): Promise<string | undefined> {
  if (!existsSync(target)) return undefined;
  // Once more, as late as can be: a process may have started while the backup was copied.
  (await lockDataDirectory(target)).close();
  const previous = `${target}.before-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`;
  await rename(target, previous);
  return previous;
}

async function copyChecked(from: string, to: string, file: ManifestFile): Promise<void> {
  const path = join(to, ...file.path.split("/"));
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const hash = createHash("sha256");
  const handle = await open(path, "wx", 0o600);
  try {
    for await (const chunk of createReadStream(join(from, ...file.path.split("/")), { highWaterMark: 1024 * 1024 })) {
      hash.update(chunk as Buffer);
      await handle.writeFile(chunk as Buffer);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (hash.digest("hex") !== file.sha256)
    throw new BackupError(`The backup ${from} is damaged: ${file.path} is not what was written`);
}
