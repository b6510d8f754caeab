import { createWriteStream } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { isErrno } from "@parlance/disk-sync";
import type { Examination, Finding } from "@parlance/platform";
import type { BlobKey, BlobStore, CheckableStore, Ports, Scope, StoreFault } from "@parlance/ports";
import { adviceOn } from "../advice.ts";
import { examineEvents } from "./examine-events.ts";

export interface ExamineOptions {
  ports: Ports;
  dataDir: string;
  /** Folder of the embedded search index; absent when the index lies on a server. */
  searchDir: string | undefined;
  services: readonly { name: string; examination: Examination | undefined }[];
  /** Groups of the consumers of this process. */
  groups: readonly string[];
  repair: boolean;
  /** True when all stores lie in files of this process. */
  ownsFiles: boolean;
  /** True when nothing else uses the stores: only then can be told what nobody refers to. */
  atRest: boolean;
}

/**
 * Compares stores, index and files. The structure of files comes first, because what is damaged and can be made again is put aside before the
 * services look for what is missing.
 */
export async function* examine(options: ExamineOptions): AsyncGenerator<Finding> {
  const { repair, ownsFiles } = options;
  if (ownsFiles) yield* asFarAsItGoes("structure", examineStructure(options));
  for (const { name, examination } of options.services) yield* asFarAsItGoes(name, examination?.findings?.({ repair }));
  if (options.atRest) {
    yield* asFarAsItGoes("index", examineIndexFiles(options));
    yield* asFarAsItGoes("blobs", examineBlobs(options));
  }
  yield* asFarAsItGoes("events", examineEvents(options));
}

/** What cannot be examined is a finding, and keeps nothing else from being examined. */
async function* asFarAsItGoes(check: string, findings: AsyncIterable<Finding> | undefined): AsyncGenerator<Finding> {
  try {
    yield* findings ?? [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = adviceOn(error) || "Mend that, and run doctor again.";
    yield { check, subject: "", problem: `This could not be examined: ${reason}.`, remedy, mended: false };
  }
}

const askForRepair = "Run doctor with --repair.";

const withoutEvents = "Restore a backup, or stop Parlance, move the file away and run doctor with --repair.";

async function* examineStructure(options: ExamineOptions): AsyncGenerator<Finding> {
  const { ports, dataDir } = options;
  for (const store of [ports.documents, ports.events, ports.search]) {
    if (!isCheckable(store)) continue;
    for (const fault of await store.faults()) {
      if (fault.refused === true) yield refusedFinding(fault, dataDir);
      else yield await damageFinding(fault, store, options);
    }
  }
}

function refusedFinding({ file, problem }: StoreFault, dataDir: string): Finding {
  const remedy = "Let the user that runs Parlance read and write the file and its folder, on a disk that has room.";
  return {
    check: "structure",
    subject: relative(dataDir, file),
    problem: `The file cannot be used: ${problem}.`,
    remedy,
    mended: false,
  };
}

async function damageFinding({ file, problem }: StoreFault, store: object, options: ExamineOptions): Promise<Finding> {
  const { ports, searchDir, dataDir, repair, atRest } = options;
  const isIndex = store === ports.search && searchDir !== undefined;
  const mended = isIndex && repair && atRest;
  if (mended) await setIndexAside({ searchDir, dataDir }, file);
  const canBeMade = mended ? "It was put aside; what it held is indexed again." : "Stop Parlance and run doctor with --repair.";
  return {
    check: "structure",
    subject: relative(dataDir, file),
    problem: `The file is damaged: ${problem}.`,
    remedy: isIndex ? canBeMade : store === ports.events ? withoutEvents : "Restore a backup.",
    mended,
  };
}

/** Files that belong to no chatbot. */
async function* examineIndexFiles({ searchDir, dataDir, services, repair }: ExamineOptions): AsyncGenerator<Finding> {
  if (searchDir === undefined) return;
  const { listScopeFiles, scopeFile } = await import("@parlance/storage/embedded");
  const claimed = new Set<string>();
  for (const { examination } of services) {
    for await (const scope of examination?.scopes?.() ?? noScopes) claimed.add(scopeFile(searchDir, scope));
  }
  for (const file of listScopeFiles(searchDir)) {
    if (claimed.has(file)) continue;
    if (repair) await setIndexAside({ searchDir, dataDir }, file);
    yield {
      check: "index",
      subject: relative(searchDir, file),
      problem: "The index has chunks of a chatbot that does not exist.",
      remedy: repair ? "The file was put aside." : askForRepair,
      mended: repair,
    };
  }
}

const noScopes: readonly Scope[] = [];

/** Blobs that nobody refers to, and those that somebody misses. */
async function* examineBlobs({ ports, dataDir, services, repair }: ExamineOptions): AsyncGenerator<Finding> {
  const present = new Set<BlobKey>();
  for await (const key of everyBlob(ports.blobs)) present.add(key);
  for (const { examination } of services) {
    if (examination?.blobs === undefined) continue;
    const { owns, inUse } = examination.blobs;
    const named = new Set<BlobKey>();
    for await (const key of inUse()) named.add(key);
    for (const key of named) {
      if (key.endsWith("/") || present.has(key)) continue;
      const remedy = "Restore a backup that has it, or train that source again.";
      yield { check: "blobs", subject: key, problem: "A file that is referred to is gone.", remedy, mended: false };
    }
    const unnamed = [...present].filter((key) => owns(key) && !isNamed(key, named));
    for (const key of repair ? unnamed : []) await setBlobAside(ports.blobs, dataDir, key);
    if (unnamed.length === 0) continue;
    yield {
      check: "blobs",
      subject: unnamed.length === 1 ? (unnamed[0] ?? "") : `${unnamed.length} files`,
      problem: "Nothing refers to them; a process that was cut off may leave such behind.",
      remedy: repair ? "They were put aside." : askForRepair,
      mended: repair,
    };
  }
}

function isNamed(key: BlobKey, named: ReadonlySet<BlobKey>): boolean {
  if (named.has(key)) return true;
  for (let end = key.lastIndexOf("/"); end > 0; end = key.lastIndexOf("/", end - 1)) {
    if (named.has(key.slice(0, end + 1))) return true;
  }
  return false;
}

async function* everyBlob(blobs: BlobStore): AsyncGenerator<BlobKey> {
  for (let after: string | undefined, more = true; more;) {
    const keys = await blobs.list("", { limit: 1_000, ...(after !== undefined && { after }) });
    yield* keys;
    after = keys.at(-1);
    more = keys.length === 1_000;
  }
}

/** Nothing is deleted: whoever is sure that it is not needed removes the folder by hand. */
const asideFolder = "set-aside";

async function setIndexAside({ searchDir, dataDir }: { searchDir: string; dataDir: string }, file: string): Promise<void> {
  const target = join(dataDir, asideFolder, "search", relative(searchDir, file));
  await mkdir(dirname(target), { recursive: true });
  for (const ending of ["", "-wal", "-shm"]) {
    await rename(file + ending, target + ending).catch((error: unknown) => {
      if (!isErrno(error, "ENOENT")) throw error;
    });
  }
}

async function setBlobAside(blobs: BlobStore, dataDir: string, key: BlobKey): Promise<void> {
  const content = await blobs.read(key);
  if (content === undefined) return;
  const target = join(dataDir, asideFolder, "blobs", ...key.split("/").map(encodeURIComponent));
  await mkdir(dirname(target), { recursive: true });
  await pipeline(content, createWriteStream(target, { mode: 0o600, flush: true }));
  await blobs.delete(key);
}

function isCheckable(store: object): store is CheckableStore {
  return "faults" in store;
}
