import { randomUUID } from "node:crypto";
import { open, readdir, readFile, rename, rm, rmdir, stat, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { isErrno, syncFolder } from "@parlance/disk-sync";
import { StoreError, type BlobStore, type CopyableStore } from "@parlance/ports";
import { createHolds, type Holds } from "./held-blobs.ts";
import { keySegments, prefixParts } from "./blob-key.ts";
import { makeFolder, makeFolderBelow, unlessAbsent } from "./durable-files.ts";
import { blobName, folderName, keyPart } from "./folder-names.ts";
import { listKeys } from "./list-keys.ts";
import { ContentError, writeDraft } from "./write-draft.ts";

const chunkBytes = 64 * 1024;

/**
 * Blobs as files of one folder. A blob is written beside the others, flushed, and then renamed to its place; what was left half written
 * by a process that ended is swept away at the start: all of it when the process has the folder to itself (see `lockDataDirectory`), and
 * what has not been touched for an hour when the folder is `shared` with other processes, on one machine or over a file system that
 * renames atomically.
 * @throws StoreError `unavailable` when the folder cannot be written
 */
export async function openFolderBlobStore(options: { path: string; shared?: boolean }): Promise<BlobStore & CopyableStore> {
  const root = resolve(options.path);
  const blobs = join(root, "blobs");
  const incoming = join(root, "incoming");
  const holds = createHolds({ blobs, incoming });
  let closed = false;

  const guard = async <R>(run: () => Promise<R>): Promise<R> => {
    if (closed) throw new StoreError("unavailable", `${root} is closed`);
    try {
      return await run();
    } catch (error) {
      throw meaningOf(error, root);
    }
  };
  const pathOf = (key: string) => {
    const segments = keySegments(key);
    return join(blobs, ...segments.slice(0, -1).map(folderName), blobName(segments.at(-1) ?? ""));
  };

  await guard(async () => {
    if (options.shared === true) await sweepAbandoned(incoming);
    else await rm(incoming, { recursive: true, force: true });
    for (const folder of [blobs, incoming]) await makeFolder(folder);
  });

  return {
    put: (key, content, { signal } = {}) =>
      guard(async () => {
        const target = pathOf(key);
        const draft = join(incoming, randomUUID());
        try {
          const size = await writeDraft(draft, content, signal);
          await moveTo(draft, target, holds);
          return { size };
        } finally {
          await rm(draft, { force: true });
        }
      }),
    get: (key, { signal } = {}) =>
      guard(async () => {
        signal?.throwIfAborted();
        const content = await unlessAbsent(() => readFile(pathOf(key)));
        signal?.throwIfAborted();
        return content;
      }),
    read: (key, { signal } = {}) =>
      guard(async () => {
        signal?.throwIfAborted();
        const path = pathOf(key);
        const found = await unlessAbsent(() => stat(path));
        return found === undefined ? undefined : chunksOf(path, signal);
      }),
    delete: (key) =>
      guard(async () => {
        const path = pathOf(key);
        await unlessAbsent(async () => {
          await holds.preserve(path);
          await unlink(path);
          await syncFolder(dirname(path));
        });
        await removeEmpty(dirname(path), blobs);
      }),
    deleteAll: (prefix) => guard(() => deleteAll({ blobs, incoming, holds }, prefix)),
    list: (prefix, page) => guard(() => listKeys(blobs, prefix, page)),
    hold: () => holds.hold(),
    close: async () => {
      closed = true;
    },
  };
}

/** Longer than any blob takes to write: its draft changes with every part that comes. */
const abandonedAfterMs = 3_600_000;

async function sweepAbandoned(incoming: string): Promise<void> {
  for (const name of (await unlessAbsent(() => readdir(incoming))) ?? []) {
    const path = join(incoming, name);
    const found = await unlessAbsent(() => stat(path));
    if (found !== undefined && found.mtimeMs < Date.now() - abandonedAfterMs) await rm(path, { recursive: true, force: true });
  }
}

async function deleteAll(root: { blobs: string; incoming: string; holds: Holds }, prefix: string): Promise<void> {
  const { segments, begin } = prefixParts(prefix);
  if (prefix === "") throw new TypeError("deleteAll needs a prefix");
  const folder = join(root.blobs, ...segments.map(folderName));
  const names = (await unlessAbsent(() => readdir(folder))) ?? [];
  const doomed = names
    .filter((name) => keyPart(name).part.startsWith(begin))
    .map((name) => ({ from: join(folder, name), to: join(root.incoming, randomUUID()) }));
  for (const { from } of doomed) await root.holds.preserve(from);
  // Renamed first: each is gone at once, and what a crash leaves of it is swept away at the next start.
  for (const { from, to } of doomed) await unlessAbsent(() => rename(from, to));
  if (doomed.length > 0) await unlessAbsent(() => syncFolder(folder));
  await removeEmpty(folder, root.blobs);
  for (const { to } of doomed) await rm(to, { recursive: true, force: true });
}

/** Each needs a deletion that came just then. */
const mostMoves = 50;

/** Renames a file to its place. A neighbour's deletion may take away the folder, or one above it, meanwhile; then it is made again. */
async function moveTo(draft: string, target: string, holds: Holds): Promise<void> {
  await holds.preserve(target);
  for (let attempt = 1; ; attempt++) {
    try {
      await makeFolderBelow(dirname(target));
      await rename(draft, target);
      break;
    } catch (error) {
      // Making a folder below one that goes away at that moment fails in either way.
      const gone = isErrno(error, "ENOENT", "ENOTDIR");
      if (!gone || attempt === mostMoves) throw error;
    }
  }
  await unlessAbsent(() => syncFolder(dirname(target)));
}

/** Removes a folder and those above it as long as they are empty; the root stays. */
async function removeEmpty(folder: string, root: string): Promise<void> {
  for (let path = folder; path.length > root.length; path = dirname(path)) {
    try {
      await rmdir(path);
    } catch (error) {
      if (isErrno(error, "ENOENT", "ENOTDIR")) continue;
      // Not empty, in the words of one system or another.
      return;
    }
  }
}

async function* chunksOf(path: string, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  const handle = await open(path, "r").catch((error: unknown) => {
    throw new StoreError("unavailable", "the blob is gone since it was asked for", { cause: error });
  });
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

function meaningOf(error: unknown, root: string): unknown {
  if (error instanceof ContentError) return error.cause;
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  return new StoreError("unavailable", `${root} cannot be read or written`, { cause: error });
}
