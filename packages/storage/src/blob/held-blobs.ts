import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { isErrno } from "@parlance/disk-sync";
import type { HeldState } from "@parlance/ports";
import { unlessAbsent } from "./durable-files.ts";

/** The holds of a folder of blobs. */
export interface Holds {
  /** Begins a hold. A blob that is deleted or overwritten from now on stays for its copy, under a second name. */
  hold(): HeldState;
  /** To be called before a file, or all files of a folder, are deleted or overwritten. Costs nothing while nothing is held. */
  preserve(path: string): Promise<void>;
}

/**
 * Blobs never change, so a copy of the folder made after a moment lacks only what was deleted since. A hold keeps that; what was written
 * since is in the copy, too, and nothing refers to it.
 */
export function createHolds(folders: { blobs: string; incoming: string }): Holds {
  const held = new Set<string>();
  return {
    hold: () => {
      const kept = join(folders.incoming, `held-${randomUUID()}`);
      held.add(kept);
      return {
        copyTo: async (path, { signal } = {}) => {
          const target = join(path, "blobs");
          await copyTree(folders.blobs, target, signal);
          // What was kept is older than what may have been written under the same key since.
          await copyTree(kept, target, signal);
        },
        release: () => {
          if (!held.delete(kept)) return;
          // What cannot be removed now is swept away when the store is opened again.
          rm(kept, { recursive: true, force: true }).catch(() => {});
        },
      };
    },
    preserve: async (path) => {
      for (const kept of held) await keep(path, join(kept, relative(folders.blobs, path)));
    },
  };
}

async function keep(path: string, to: string): Promise<void> {
  const found = await unlessAbsent(() => stat(path));
  if (found === undefined) return;
  if (found.isDirectory()) {
    for (const name of (await unlessAbsent(() => readdir(path))) ?? []) await keep(join(path, name), join(to, name));
    return;
  }
  await mkdir(dirname(to), { recursive: true });
  try {
    await unlessAbsent(() => link(path, to));
  } catch (error) {
    if (isErrno(error, "EEXIST")) return;
    // Not every file system has links.
    await unlessAbsent(() => copyWhole(path, to));
  }
}

async function copyTree(from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  const entries = (await unlessAbsent(() => readdir(from, { withFileTypes: true }))) ?? [];
  for (const entry of entries) {
    signal?.throwIfAborted();
    const source = join(from, entry.name);
    if (entry.isDirectory()) await copyTree(source, join(to, entry.name), signal);
    else await unlessAbsent(() => copyWhole(source, join(to, entry.name)));
  }
}

/** The copy is whole or not there. Shares its blocks with the original where the file system can. */
async function copyWhole(from: string, to: string): Promise<void> {
  const draft = `${to}.${randomUUID()}`;
  try {
    await copyFile(from, draft, constants.COPYFILE_FICLONE);
    await rename(draft, to);
  } finally {
    await rm(draft, { force: true });
  }
}
