import { createHash } from "node:crypto";
import { fromBinary } from "@bufbuild/protobuf";
import { ingestionEvents, type TopicPayload } from "@parlance/contracts";
import { consumer, makeEvent, type ConsumerDefinition, type Identity } from "@parlance/platform";
import { isStoreError, ModelUnavailableError, type BlobKey, type IndexChunk } from "@parlance/ports";
import type { RetrievalContext } from "../context.ts";
import { termsOfChunk } from "../domain/chunk-terms.ts";
import type { ChatbotKey } from "../domain/generations.ts";

type Chunked = TopicPayload<"ingestion.document.chunked.v1">;
type DocumentChunks = ingestionEvents.DocumentChunks;
/** A chunk with the document that it is part of. */
type DocumentChunk = { document: DocumentChunks; chunk: ingestionEvents.Chunk };

/** About ten minutes of trying, in which a model server or an index that went away should be back. */
const retry = { maxAttempts: 14, firstDelayMs: 500, maxDelayMs: 60_000 };
/** A server that refuses is asked for some seconds: one that starts anew behind a proxy may refuse what it takes a moment later. */
const maxRefusals = 4;

/** A batch whose blob is gone was answered before, or never will be; neither that nor a damaged one is mended by a retry. */
class BatchLostError extends Error {
  override readonly name = "BatchLostError";
}

/** The job has ended meanwhile: there is nothing to add and nobody to tell. */
class OvertakenError extends Error {
  override readonly name = "OvertakenError";
}

/**
 * Embeds and indexes a batch of chunks, those alone that the generation does not have yet, and announces it. The event is
 * published after the effect and before the batch counts as handled, so it is never missing; a repetition carries the same event id.
 */
export function indexDocument(context: RetrievalContext, options: { concurrency: number }): ConsumerDefinition {
  return consumer(
    "ingestion.document.chunked.v1",
    async (chunked, event, { signal, attempt }) => {
      const at = { tenant: event.tenant, chatbotId: chunked.chatbotId };
      // The job was cancelled, or has ended and this is a repetition: there is nothing to add and nobody to tell.
      if (!(await isBuilding(context, at, chunked))) return;
      let counted = { chunks: 0, embedded: 0 };
      let failure = "";
      try {
        counted = await indexBatch(context, at, { chunked, signal });
      } catch (error) {
        if (error instanceof OvertakenError) return;
        if (attempt < retry.maxAttempts && !isForGood(error, attempt)) throw error;
        const { jobId, batchNumber } = chunked;
        context.log.error({ err: error, chatbotId: at.chatbotId, jobId, batchNumber }, "batch cannot be indexed");
        failure = reasonFor(error);
      }
      await announce(context, { chunked, identity: event, causeId: event.eventId, ...counted, failure });
    },
    { concurrency: options.concurrency, retry },
  );
}

async function isBuilding({ generations }: RetrievalContext, at: ChatbotKey, chunked: Chunked): Promise<boolean> {
  const building = (await generations.get(at))?.building;
  return building?.jobId === chunked.jobId && building.number === Number(chunked.generation);
}

/** A process that hung finds that others have done its work, and that later jobs have changed what it would write. @throws OvertakenError */
async function refuseIfOvertaken(context: RetrievalContext, at: ChatbotKey, chunked: Chunked): Promise<void> {
  if (!(await isBuilding(context, at, chunked))) throw new OvertakenError("the job has ended while a batch was indexed");
}

/** The chatbot may have been deleted, and all that was there of it erased, while chunks were on their way to the index. */
async function takeBackIfErased({ generations, ports }: RetrievalContext, at: ChatbotKey): Promise<void> {
  if ((await generations.get(at)) === undefined) await ports.search.purge(at);
}

async function indexBatch(
  context: RetrievalContext,
  at: ChatbotKey,
  { chunked, signal }: { chunked: Chunked; signal: AbortSignal },
): Promise<{ chunks: number; embedded: number }> {
  const { search } = context.ports;
  const generation = Number(chunked.generation);
  const documents = chunked.batchKey === "" ? [] : await readBatch(context, chunked);
  const chunks = documents.flatMap((document) => document.chunks.map((chunk) => ({ document, chunk })));
  let embedded = 0;
  if (chunks.length > 0) {
    const present = await search.present(
      at,
      generation,
      chunks.map(({ chunk }) => chunk.chunkId),
    );
    const absent = chunks.filter(({ chunk }) => !present.has(chunk.chunkId));
    embedded = absent.length;
    if (embedded > 0) {
      const kinds = new Map(absent.map(({ document }) => [`${document.language} ${document.english}`, document]));
      for (const document of kinds.values()) await context.generations.addLanguage(at, document);
      const embeddedChunks = await embedChunks(context, { chunks: absent, generation, signal });
      await refuseIfOvertaken(context, at, chunked);
      await search.put(at, embeddedChunks);
      await takeBackIfErased(context, at);
      await refuseIfOvertaken(context, at, chunked);
    }
  }
  for (const part of chunked.parts) {
    // Not by the ids of its former chunks: an older version may have given them others.
    if (part.undo) await search.discard(at, generation, part.documentId);
    else if (part.last) await search.retire(at, part.documentId, generation, await keptChunks(context, part, documents));
  }
  return { chunks: chunks.length, embedded };
}

async function embedChunks(
  { ports }: RetrievalContext,
  { chunks, generation, signal }: { chunks: readonly DocumentChunk[]; generation: number; signal: AbortSignal },
): Promise<IndexChunk[]> {
  const texts = chunks.map(({ chunk }) => searchableText(chunk));
  const read = async (english: boolean): Promise<ArrayIterator<Float32Array>> => {
    const own = texts.filter((_, i) => chunks[i]?.document.english === english);
    const reading = english ? "english document" : "document";
    return (await ports.embedder.embed(own, { priority: "background", reading, signal })).values();
  };
  const [inEnglish, inOthers] = await Promise.all([read(true), read(false)]);
  const vectors = chunks.map(({ document }) => (document.english ? inEnglish : inOthers).next().value);
  return chunks.map(({ document, chunk }, i) => {
    const vector = vectors[i];
    return {
      chunkId: chunk.chunkId,
      documentId: document.documentId,
      from: generation,
      terms: termsOfChunk(document, chunk, texts[i] ?? ""),
      ...(vector !== undefined && vector.some((component) => component !== 0) && { vector }),
      payload: {
        text: chunk.text,
        headings: chunk.headings,
        title: document.title,
        sourceName: document.sourceName,
        sourceType: document.sourceType,
        language: document.language,
        english: document.english,
        revision: document.revision,
        start: chunk.start,
        ordinal: chunk.ordinal,
      },
    };
  });
}

/** A chunk with the headings above it, which say what it is about when the chunk itself does not. */
function searchableText(chunk: { headings: readonly string[]; text: string }): string {
  return [...chunk.headings, chunk.text].join("\n");
}

/** Chunks of a document that go on: its manifest's, or those of the batch when all of the document lies in it. */
async function keptChunks(
  context: RetrievalContext,
  part: ingestionEvents.DocumentPart,
  documents: readonly DocumentChunks[],
): Promise<string[]> {
  if (part.manifestKey !== "") {
    const blob = { key: part.manifestKey, digest: part.manifestDigest };
    return (await readBlob(context, blob, (bytes) => fromBinary(ingestionEvents.ChunkManifestSchema, bytes))).chunkIds;
  }
  const own = documents.filter((document) => document.documentId === part.documentId);
  return own.flatMap((document) => document.chunks.map((chunk) => chunk.chunkId));
}

async function readBatch(context: RetrievalContext, { batchKey: key, batchDigest: digest }: Chunked): Promise<DocumentChunks[]> {
  return (await readBlob(context, { key, digest }, (bytes) => fromBinary(ingestionEvents.ChunkBatchSchema, bytes))).documents;
}

/** @throws BatchLostError when the blob is gone or is not what was written */
async function readBlob<T>(
  { ports }: RetrievalContext,
  { key, digest }: { key: BlobKey; digest: string },
  decode: (bytes: Uint8Array) => T,
): Promise<T> {
  const bytes = await ports.blobs.get(key);
  if (bytes === undefined) throw new BatchLostError("a batch of chunks is not in the blob store");
  const isWhole = digest === "" || createHash("sha256").update(bytes).digest("hex") === digest;
  if (!isWhole) throw new BatchLostError("a batch of chunks is damaged");
  try {
    return decode(bytes);
  } catch (cause) {
    throw new BatchLostError("a batch of chunks is damaged", { cause });
  }
}

/** What is damaged stays so, however often it is tried, and what is refused most likely as well. */
function isForGood(error: unknown, attempt: number): boolean {
  return error instanceof BatchLostError || isStoreError(error, "corrupt") || (isRefusal(error) && attempt >= maxRefusals);
}

function isRefusal(error: unknown): boolean {
  return error instanceof ModelUnavailableError && error.refused;
}

function reasonFor(error: unknown): string {
  if (isRefusal(error)) return "The embedding server refused it; whoever runs the service finds the reason in its log";
  if (error instanceof ModelUnavailableError) return "The embedding model could not be reached";
  if (error instanceof BatchLostError) return "Its text was lost or damaged on the disk while it was being learned; train it again";
  if (isStoreError(error, "corrupt")) return "The chatbot's search index is damaged; whoever runs the service must repair it";
  return "The text could not be indexed";
}

async function announce(
  { ports, clock }: RetrievalContext,
  done: { chunked: Chunked; identity: Identity; causeId: string; chunks: number; embedded: number; failure: string },
): Promise<void> {
  const { chunked, chunks, embedded, failure } = done;
  await ports.events.publish([
    makeEvent("retrieval.document.indexed.v1", {
      eventId: `${done.causeId}.indexed`,
      identity: done.identity,
      key: chunked.jobId,
      time: clock.now(),
      payload: {
        chatbotId: chunked.chatbotId,
        jobId: chunked.jobId,
        batchNumber: chunked.batchNumber,
        chunks,
        embedded,
        failure,
      },
    }),
  ]);
}
