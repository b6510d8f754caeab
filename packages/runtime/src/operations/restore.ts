import { createHash, randomUUID } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { makePath } from "@parlance/disk-sync";
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
 * and whenever this fails, what was there is untouched.
 * @throws BackupError when the backup is damaged or the folder is taken, StoreError when a process uses the folder
 */
export async function restore({ from, to, force, onProgress }: RestoreOptions): Promise<RestoreResult> {
  const target = resolve(to);
  const { files } = await readManifest(resolve(from));
  await checkTarget(target, force);
  const draft = `${target}.unfinished-${randomUUID().slice(0, 8)}`;
  try {
    await makePath(draft);
    for (const [done, file] of files.entries()) {
      onProgress?.(done, files.length);
      await copyChecked(resolve(from), draft, file);
    }
    onProgress?.(files.length, files.length);
    // Refuses a format that this version does not know.
    (await lockDataDirectory(draft)).close();
    const previous = await makeRoom(target);
    await rename(draft, target);
    return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), previous };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function checkTarget(target: string, force: boolean): Promise<void> {
  if (!existsSync(dirname(target))) throw new BackupError(`There is no folder ${dirname(target)}: make it first`);
  if (!existsSync(target) || (await readdir(target)).length === 0) return;
  if (!existsSync(join(target, "format.json"))) throw new BackupError(`${target} is not empty and no data folder: choose another`);
  (await lockDataDirectory(target)).close();
  if (!force) throw new BackupError(`${target} has data already: choose another folder, or use --force to put it aside`);
}

/** Gives the name under which a data folder that was there goes on. */
async function makeRoom(target: string): Promise<string | undefined> {
  if (!existsSync(target)) return undefined;
  if ((await readdir(target)).length === 0) {
    await rmdir(target);
    return undefined;
  }
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
