import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ingestionEvents } from "@parlance/contracts";
import type { DocumentChunk, ParsedDocument } from "./documents.ts";
import { workOf, type Cursor } from "./job.ts";
import type { JobItem } from "./plan-changes.ts";

/** A batch of chunks as it is to be sent, with what the job must remember of it. */
export interface ComposedBatch {
  documents: MessageInitShape<typeof ingestionEvents.DocumentChunksSchema>[];
  parts: ComposedPart[];
  /** Documents that ended without any chunk, and why; no reason when that is no failure. */
  ended: { item: number; reason: string | undefined }[];
  work: number;
  /** Where the next batch begins. */
  cursor: Cursor;
}

export interface ComposedPart {
  item: number;
  documentId: string;
  revision: string;
  last: boolean;
  /** All chunk ids of the document, on its last part, when it began in an earlier batch. */
  manifest?: string[];
}

export const maxChunks = 32;
/** Removals and documents without text take no chunk's place, but a place in the job's own document. */
const maxParts = 200;

/** A document, or why there is none: a failure, none to be had, or a page that was not crawled yet. */
export type Opened = ParsedDocument | { failure: string } | "skipped" | "absent";

type Open = (item: JobItem, index: number) => Promise<Opened>;

/**
 * Cuts a job's items into batches of at most 32 chunks, from a cursor on, one at a time as they are taken: a batch holds many short documents
 * or a part of a long one. Ends before a page that was not crawled yet. The same items and cursor always give the same batches, so a worker that was killed begins where it stood.
 */
export async function* composeBatches(items: readonly JobItem[], from: Cursor, open: Open): AsyncGenerator<ComposedBatch> {
  let batch = emptyBatch(from);
  for (let i = from.item; i < items.length; i++) {
    const item = items[i];
    if (item === undefined) break;
    if (item.action === "remove") addRemoval(batch, i, item);
    else {
      const parsed = await open(item, i);
      if (parsed === "absent") break;
      const skip = i === from.item ? from.chunk : 0;
      const space = maxChunks - chunksIn(batch);
      if (parsed === "skipped" || "failure" in parsed)
        addEnd(batch, { index: i, item, reason: parsed === "skipped" ? undefined : parsed.failure });
      else {
        for await (const step of partsOf(parsed.chunks, skip, space)) {
          addPart(batch, { index: i, item, parsed, step });
          if (step.last) break;
          batch.cursor = { item: i, chunk: step.next };
          yield batch;
          batch = emptyBatch(batch.cursor);
        }
      }
    }
    batch.cursor = { item: i + 1, chunk: 0 };
    if (chunksIn(batch) >= maxChunks || batch.parts.length + batch.ended.length >= maxParts) {
      yield batch;
      batch = emptyBatch(batch.cursor);
    }
  }
  if (batch.parts.length + batch.ended.length > 0) yield batch;
}

interface Step {
  chunks: DocumentChunk[];
  last: boolean;
  /** How many chunks of the document were taken so far. */
  next: number;
  /** Ids of all chunks, when the document is in several batches. */
  manifest?: string[];
}

/** A document's chunks in portions, the first of at most `room`. A document without chunks gives none. */
async function* partsOf(chunks: AsyncIterable<DocumentChunk>, skip: number, room: number): AsyncGenerator<Step> {
  const ids: string[] = [];
  let portion: DocumentChunk[] = [];
  let sent = skip > 0;
  let space = Math.max(1, room);
  for await (const chunk of chunks) {
    if (ids.length < skip) {
      ids.push(chunk.chunkId);
      continue;
    }
    if (portion.length === space) {
      yield { chunks: portion, last: false, next: ids.length };
      sent = true;
      portion = [];
      space = maxChunks;
    }
    ids.push(chunk.chunkId);
    portion.push(chunk);
  }
  yield { chunks: portion, last: true, next: ids.length, ...(sent && { manifest: ids }) };
}

function addPart(batch: ComposedBatch, part: { index: number; item: JobItem; parsed: ParsedDocument; step: Step }): void {
  const { index, item, parsed, step } = part;
  const { entry } = parsed;
  if (step.last && step.next === 0) {
    addEnd(batch, { index, item, reason: "There is no text in it" });
    return;
  }
  batch.parts.push({
    item: index,
    documentId: entry.id,
    revision: entry.revision,
    last: step.last,
    ...(step.manifest !== undefined && { manifest: step.manifest }),
  });
  batch.work += shareOf(item, step);
  if (step.chunks.length === 0) return;
  batch.documents.push({
    documentId: entry.id,
    revision: entry.revision,
    sourceName: entry.name,
    sourceType: entry.type,
    title: parsed.title,
    language: parsed.language,
    english: parsed.english,
    chunks: step.chunks.map(({ chunkId, text, headings, start, ordinal }) => ({ chunkId, text, headings, start, ordinal })),
  });
}

/** Portions of a long document share its work by the text that they hold; the last one may be off by what overlaps. */
function shareOf(item: JobItem, { chunks, last, manifest }: Step): number {
  if (last && manifest === undefined) return workOf(item);
  return Math.min(
    workOf(item),
    chunks.reduce((sum, chunk) => sum + chunk.text.length, 0),
  );
}

function chunksIn(batch: ComposedBatch): number {
  return batch.documents.reduce((sum, document) => sum + (document.chunks?.length ?? 0), 0);
}

function addRemoval(batch: ComposedBatch, index: number, item: JobItem): void {
  batch.parts.push({ item: index, documentId: item.entry.id, revision: item.entry.revision, last: true });
  batch.work += workOf(item);
}

function addEnd(batch: ComposedBatch, end: { index: number; item: JobItem; reason: string | undefined }): void {
  batch.ended.push({ item: end.index, reason: end.reason });
  batch.work += workOf(end.item);
}

function emptyBatch(cursor: Cursor): ComposedBatch {
  return { documents: [], parts: [], ended: [], work: 0, cursor };
}
