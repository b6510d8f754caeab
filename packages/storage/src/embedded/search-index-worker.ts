import { rmSync, rmdirSync } from "node:fs";
import { dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { checkExtension, SearchIndexFile, type FileSettings } from "./search-index-file.ts";
import type { FileFault, PackedResult, SearchOperations } from "./search-index-messages.ts";
import { present, search } from "./search-index-search.ts";
import { asStoreError, faultBy } from "./search-index-errors.ts";
import { discard, purge, put, retire } from "./search-index-write.ts";
import type { WorkerReply, WorkerRequest } from "./search-index-thread.ts";

/** Opening takes about a millisecond; each open file keeps up to three descriptors and 2 MB of pages. */
const openFiles = 64;

const settings = workerData as FileSettings;
/** Least recently used first. */
const files = new Map<string, SearchIndexFile>();

const operations: SearchOperations = {
  put: ({ file, batch }) => withFile(file, undefined, (open) => put(open, batch), true),
  retire: ({ file, documentId, generation, keep }) =>
    withFile(file, undefined, (open) => retire(open, documentId, generation, keep)),
  discard: ({ file, generation, documentId }) => withFile(file, undefined, (open) => discard(open, generation, documentId)),
  purge: ({ file, endedUpTo }) => withFile(file, undefined, (open) => purge(open, endedUpTo)),
  erase: ({ file }) => {
    release(file);
    erase(file);
  },
  search: ({ file, query }) => withFile(file, nothingFound(query.terms.length), (open) => search(open, query)),
  present: ({ file, generation, chunkIds }) => withFile(file, [], (open) => present(open, generation, chunkIds)),
  convert: ({ file }) => SearchIndexFile.open(file, settings, false)?.close(),
  faults: ({ file }) => faultsOf(file),
  release: ({ file }) => release(file),
  check: () => checkExtension(),
  close: () => {
    for (const path of files.keys()) release(path);
  },
};

const port = parentPort;
port?.on("message", ({ name, request }: WorkerRequest) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the port of a thread, not a window
  port.postMessage(reply(name, request));
});

function reply(name: keyof SearchOperations, request: unknown): WorkerReply {
  try {
    const operation = operations[name] as (request: unknown) => unknown;
    return { result: operation(request) };
  } catch (error) {
    const { kind, message } = asStoreError(error, (request as { file?: string }).file ?? "");
    return { error: { kind, message } };
  }
}

function withFile<T>(path: string, missing: T, work: (file: SearchIndexFile) => T, create = false): T {
  const file = files.get(path) ?? SearchIndexFile.open(path, settings, create);
  if (file === undefined) return missing;
  files.delete(path);
  files.set(path, file);
  try {
    return work(file);
  } catch (error) {
    // What went wrong may lie in the connection; the next call begins with a new one.
    release(path);
    throw error;
  } finally {
    const [oldest] = files.keys();
    if (files.size > openFiles && oldest !== undefined) release(oldest);
  }
}

/**
 * Over a connection of its own, closed again: a damaged file is not kept open. One that cannot even be opened is a fault, too, and not a
 * failure of the question.
 */
function faultsOf(path: string): FileFault[] {
  let file: SearchIndexFile | undefined;
  try {
    file = SearchIndexFile.open(path, settings, false);
    const rows = file?.prepare("PRAGMA integrity_check(10)").all() ?? [];
    return rows.map((row) => ({ problem: String(row["integrity_check"]) })).filter(({ problem }) => problem !== "ok");
  } catch (error) {
    return [faultBy(error, path)];
  } finally {
    file?.close();
  }
}

function release(path: string): void {
  const file = files.get(path);
  files.delete(path);
  file?.close();
}

/** The log goes first: left behind alone, it could be taken for that of a later file of the same name. */
function erase(path: string): void {
  for (const ending of ["-wal", "-shm", ""]) rmSync(path + ending, { force: true });
  try {
    rmdirSync(dirname(path));
  } catch {
    // The tenant has other chatbots, or never had any.
  }
}

function nothingFound(terms: number): PackedResult {
  return { candidates: [], bestBm25: 0, chunkCount: 0, documentFrequency: Array.from({ length: terms }, () => 0), near: [] };
}
