import { createHash } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { ingestionEvents } from "@parlance/contracts";
import type { BlobKey, BlobStore } from "@parlance/ports";
import { batchKey, itemsKey, manifestKey } from "./blob-keys.ts";
import type { ComposedBatch } from "./compose-batches.ts";
import type { BatchPart } from "./job.ts";
import type { JobItem } from "./plan-changes.ts";
import type { ChatbotKey } from "./stores.ts";

/** One job of one chatbot. */
export interface JobKey extends ChatbotKey {
  jobId: string;
}

export async function writeItems(blobs: BlobStore, at: JobKey, items: readonly JobItem[]): Promise<void> {
  await blobs.put(itemsKey(at, at.jobId), Buffer.from(JSON.stringify(items)));
}

/** What a job is to do is damaged or gone: it has ended, or the disk has lost it. */
export class ItemsLostError extends Error {
  override readonly name = "ItemsLostError";
}

/** @throws ItemsLostError */
export async function readItems(blobs: BlobStore, at: JobKey): Promise<JobItem[]> {
  const bytes = await blobs.get(itemsKey(at, at.jobId));
  if (bytes === undefined) throw new ItemsLostError("what the job is to do is gone");
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as JobItem[];
  } catch (cause) {
    throw new ItemsLostError("what the job is to do is damaged", { cause });
  }
}

/** As many of a job's items as can be read, for what ends the job: none when they are gone or damaged, which must not keep it from ending. */
export async function readItemsLeft(blobs: BlobStore, at: JobKey): Promise<JobItem[]> {
  try {
    return await readItems(blobs, at);
  } catch (error) {
    if (error instanceof ItemsLostError) return [];
    throw error;
  }
}

/** Writes what a batch's event refers to. The same batch has the same keys, so a repetition overwrites it, and none overwrites another. */
export async function writeBatch(
  blobs: BlobStore,
  at: JobKey,
  composed: Pick<ComposedBatch, "documents" | "parts"> & { batch: number },
): Promise<{ key: BlobKey; digest?: string; parts: BatchPart[] }> {
  const parts: BatchPart[] = [];
  for (const { manifest, ...part } of composed.parts) {
    const key = manifestKey(at, at.jobId, part.item);
    parts.push({ ...part, ...(manifest === undefined ? { manifestKey: "" } : await writeManifest(blobs, key, manifest)) });
  }
  if (composed.documents.length === 0) return { key: "", parts };
  const message = create(ingestionEvents.ChunkBatchSchema, { documents: composed.documents });
  const bytes = toBinary(ingestionEvents.ChunkBatchSchema, message);
  const digest = digestOf(bytes);
  const key = batchKey(at, at.jobId, { batch: composed.batch, digest });
  await blobs.put(key, bytes);
  return { key, digest, parts };
}

type Manifest = Required<Pick<BatchPart, "manifestKey" | "manifestDigest">>;

async function writeManifest(blobs: BlobStore, manifestKey: BlobKey, chunkIds: readonly string[]): Promise<Manifest> {
  const message = create(ingestionEvents.ChunkManifestSchema, { chunkIds: [...chunkIds] });
  const bytes = toBinary(ingestionEvents.ChunkManifestSchema, message);
  await blobs.put(manifestKey, bytes);
  return { manifestKey, manifestDigest: digestOf(bytes) };
}

/** Travels with the event, so that whoever reads the blob can tell whether it is what was written. */
function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
