import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { HeldState, StoreFault } from "@parlance/ports";
import { copyDatabase } from "./held-database.ts";

/** Puts work in the row of writes to a file: after those asked for before, before those that follow. */
export type Enqueue = (file: string, work: () => Promise<void>) => Promise<void>;

/**
 * Holds files of the index: each waits in the row of its own writes until it is copied, so that its copy has every write that was asked
 * for before the hold, and none of those that follow. Other files are written meanwhile.
 */
export function holdFiles(root: string, files: readonly string[], enqueue: Enqueue): HeldState {
  const released = Promise.withResolvers<void>();
  const held = files.map((file) => {
    const reached = Promise.withResolvers<void>();
    const copied = Promise.withResolvers<void>();
    const turn = enqueue(file, async () => {
      reached.resolve();
      await Promise.race([copied.promise, released.promise]);
    });
    turn.catch(() => reached.resolve());
    return { file, reached: reached.promise, let: copied.resolve };
  });
  return {
    copyTo: async (path, { signal } = {}) => {
      await mkdir(path, { recursive: true });
      await copyFile(join(root, "origin.json"), join(path, "origin.json"));
      for (const { file, reached, let: letGo } of held) {
        signal?.throwIfAborted();
        await reached;
        if (existsSync(file)) await copyOne(file, join(path, relative(root, file)));
        letGo();
      }
    },
    release: released.resolve,
  };
}

/** Every file of the index, sorted; none when the folder is not there. */
export function listScopeFiles(root: string): string[] {
  const folders = existsSync(root) ? readdirSync(root, { withFileTypes: true }) : [];
  return folders
    .filter((folder) => folder.isDirectory())
    .flatMap(({ name }) => readdirSync(join(root, name)).map((file) => join(root, name, file)))
    .filter((file) => file.endsWith(".db"))
    .sort();
}

/** What keeps this user from reading and writing a file of the index, beside which a log of writes is made; undefined when nothing does. */
export function accessFault(file: string): StoreFault | undefined {
  try {
    for (const path of [dirname(file), file]) accessSync(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return { file, problem: error instanceof Error ? error.message : String(error), refused: true };
  }
}

async function copyOne(file: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await copyDatabase(file, path);
}
