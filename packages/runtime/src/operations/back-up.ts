import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, rename, rm } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { makePath, syncFolder } from "@parlance/disk-sync";
import { AppError } from "@parlance/platform";
import type { CopyableStore, HeldState, Ports } from "@parlance/ports";
import { adviceOn } from "../advice.ts";
import { isWithin } from "../is-within.ts";
import type { StoreName } from "../stores.ts";
import { writeManifest } from "./manifest.ts";

export interface BackUpOptions {
  ports: Ports;
  dataDir: string;
  /** Where each store is to lie in the copy, so that a process with the settings of this one finds it: relative. */
  places: Readonly<Record<StoreName, string>>;
  /** Absolute; must not exist. */
  folder: string;
  signal?: AbortSignal | undefined;
  onProgress?: (done: number, total: number) => void;
}

export interface BackUpResult {
  files: number;
  bytes: number;
}

/** Smallest first to be let go: publishing waits for the first, training for the third. */
const stores: readonly StoreName[] = ["events", "documents", "search", "blobs"];

/** Files of the data folder that no store owns. The credential of the RPC port stays behind: a process makes its own. */
const others = ["format.json", "api-key"];

/**
 * Copies the embedded stores, while they are used, into a folder that is a data folder itself. All are held at one moment, which makes the
 * copy a state that the process could have left behind when it was killed (docs/adr/0010). The folder appears when it is whole.
 * @throws AppError PRECONDITION_FAILED when a store lies on a server or the folder cannot be written, INVALID_REQUEST for a folder that
 * cannot be used, ALREADY_EXISTS
 */
export async function backUp(options: BackUpOptions): Promise<BackUpResult> {
  const copyable = copyableStores(options.ports);
  const folder = checkFolder(options);
  const draft = `${folder}.unfinished-${randomUUID().slice(0, 8)}`;
  try {
    await makePath(draft);
    await copyStores(copyable, draft, options);
    for (const name of others) {
      if (existsSync(join(options.dataDir, name))) await copyFile(join(options.dataDir, name), join(draft, name));
    }
    options.signal?.throwIfAborted();
    const manifest = await writeManifest(draft);
    options.onProgress?.(stores.length + 1, stores.length + 1);
    if (existsSync(folder)) throw alreadyThere(folder);
    await rename(draft, folder);
    await syncFolder(dirname(folder));
    return { files: manifest.files.length, bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0) };
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    throw refusal(error, folder);
  }
}

/** What the system or the disk refuses is said to whoever chose the folder; anything else stays as it is. */
function refusal(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || (!("syscall" in error) && adviceOn(error) === "")) return error;
  const message = `${folder} cannot be written (${error.message}): choose a folder that Parlance's user may write to, on a disk that has room`;
  return new AppError("PRECONDITION_FAILED", { message, cause: error });
}

type Copyable = Record<StoreName, CopyableStore>;

async function copyStores(copyable: Copyable, draft: string, { places, signal, onProgress }: BackUpOptions): Promise<void> {
  const held: { state: HeldState; path: string }[] = [];
  try {
    // One moment: nothing else runs in this process until all are held.
    for (const name of stores) held.push({ state: copyable[name].hold(), path: join(draft, places[name]) });
    for (const [done, { state, path }] of held.entries()) {
      onProgress?.(done, stores.length + 1);
      await makePath(dirname(path));
      await state.copyTo(path, signal === undefined ? {} : { signal });
      signal?.throwIfAborted();
      state.release();
    }
    onProgress?.(stores.length, stores.length + 1);
  } finally {
    for (const { state } of held) state.release();
  }
}

function copyableStores(ports: Ports): Copyable {
  const elsewhere = stores.filter((name) => !("hold" in ports[name]));
  if (elsewhere.length > 0) {
    const message = `Only a data folder can be backed up: use the backup of the servers that hold ${elsewhere.join(", ")}`;
    throw new AppError("PRECONDITION_FAILED", { message });
  }
  return ports as unknown as Copyable;
}

function checkFolder({ folder, dataDir }: BackUpOptions): string {
  if (!isAbsolute(folder)) throw new AppError("INVALID_REQUEST", { message: "folder must be an absolute path" });
  const target = resolve(folder);
  if (isWithin(resolve(dataDir), target))
    throw new AppError("INVALID_REQUEST", { message: `${target} lies in the data folder: choose a folder outside of it` });
  if (existsSync(target)) throw alreadyThere(target);
  if (!existsSync(dirname(target)))
    throw new AppError("INVALID_REQUEST", { message: `There is no folder ${dirname(target)}: make it first` });
  return target;
}

function alreadyThere(folder: string): AppError {
  return new AppError("ALREADY_EXISTS", { message: `${folder} exists already: choose a new name for the backup` });
}
