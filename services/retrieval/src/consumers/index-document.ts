import { fromBinary } from "@bufbuild/protobuf";
import { analyze } from "@parlance/language";
import { ingestionEvents, type TopicPayload } from "@parlance/contracts";
import { AppError, consumer, makeEvent, type ConsumerDefinition, type Identity } from "@parlance/platform";
import { ModelUnavailableError, type BlobKey, type IndexChunk } from "@parlance/ports";
import type { RetrievalContext } from "../context.ts";
import type { ChatbotKey } from "../domain/generations.ts";

type Chunked = TopicPayload<"ingestion.document.chunked.v1">;
type Batch = ReturnType<typeof readBatchBytes>;

/** About ten minutes of trying, in which a model server or an index that went away should be back. */
const retry = { maxAttempts: 14, firstDelayMs: 500, maxDelayMs: 60_000 };

/**
 * Embeds and indexes a batch of a document's chunks, those alone that the generation does not have yet, and announces it. The event is
 * published after the effect and before the batch counts as handled, so it is never missing; a repetition carries the same event id.
 */
export function indexDocument(context: RetrievalContext, options: { concurrency: number }): ConsumerDefinition {
  return consumer(
    "ingestion.document.chunked.v1",
    async (chunked, event, { signal, attempt }) => {
      const at = { tenant: event.tenant, chatbotId: chunked.chatbotId };
      const state = await context.generations.get(at);
      const current = state?.building?.jobId === chunked.jobId && state.building.number === Number(chunked.generation);
      // The job was cancelled, or has ended and this is a repetition: there is nothing to add and nobody to tell.
      if (!current) return;
      let counted = { chunks: 0, embedded: 0 };
      let failure = "";
      try {
        counted = await indexBatch(context, at, { chunked, signal });
      } catch (error) {
        if (attempt < retry.maxAttempts) throw error;
        context.log.error({ err: error, chatbotId: at.chatbotId, documentId: chunked.documentId }, "document cannot be indexed");
        failure = reasonFor(error);
      }
      await announce(context, { chunked, identity: event, causeId: event.eventId, ...counted, failure });
    },
    { concurrency: options.concurrency, retry },
  );
}

async function indexBatch(
  context: RetrievalContext,
  at: ChatbotKey,
  { chunked, signal }: { chunked: Chunked; signal: AbortSignal },
): Promise<{ chunks: number; embedded: number }> {
  const { search } = context.ports;
  const generation = Number(chunked.generation);
  let counted = { chunks: 0, embedded: 0 };
  if (chunked.batchKey !== "") {
    const batch = readBatchBytes(await readBlob(context, chunked.batchKey));
    const present = await search.present(
      at,
      generation,
      batch.chunks.map((chunk) => chunk.chunkId),
    );
    const absent = batch.chunks.filter((chunk) => !present.has(chunk.chunkId));
    if (absent.length > 0) {
      await context.generations.addLanguage(at, batch.language);
      await search.put(at, await embedChunks(context, { batch, chunks: absent, chunked, signal }));
    }
    counted = { chunks: batch.chunks.length, embedded: absent.length };
  }
  if (chunked.last) await search.retire(at, chunked.documentId, generation, await keptChunks(context, chunked.manifestKey));
  return counted;
}

async function embedChunks(
  { ports }: RetrievalContext,
  work: { batch: Batch; chunks: Batch["chunks"]; chunked: Chunked; signal: AbortSignal },
): Promise<IndexChunk[]> {
  const { batch, chunks, chunked, signal } = work;
  const texts = chunks.map((chunk) => searchableText(chunk));
  const vectors = await ports.embedder.embed(texts, { priority: "background", signal });
  return chunks.map((chunk, i) => {
    const vector = vectors[i];
    return {
      chunkId: chunk.chunkId,
      documentId: chunked.documentId,
      from: Number(chunked.generation),
      terms: analyze(texts[i] ?? "", batch.language),
      ...(vector !== undefined && vector.some((component) => component !== 0) && { vector }),
      payload: {
        text: chunk.text,
        headings: chunk.headings,
        title: batch.title,
        sourceName: batch.sourceName,
        sourceType: batch.sourceType,
        language: batch.language,
        english: batch.english,
        revision: chunked.revision,
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

async function keptChunks(context: RetrievalContext, manifestKey: BlobKey): Promise<string[]> {
  if (manifestKey === "") return [];
  return fromBinary(ingestionEvents.ChunkManifestSchema, await readBlob(context, manifestKey)).chunkIds;
}

function readBatchBytes(bytes: Uint8Array) {
  return fromBinary(ingestionEvents.ChunkBatchSchema, bytes);
}

async function readBlob({ ports }: RetrievalContext, key: BlobKey): Promise<Uint8Array> {
  const bytes = await ports.blobs.get(key);
  if (bytes === undefined) throw new AppError("INTERNAL", { message: "a batch of chunks is not in the blob store" });
  return bytes;
}

function reasonFor(error: unknown): string {
  if (error instanceof ModelUnavailableError) return "The embedding model could not be reached";
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
      key: chunked.documentId,
      time: clock.now(),
      payload: {
        chatbotId: chunked.chatbotId,
        jobId: chunked.jobId,
        documentId: chunked.documentId,
        revision: chunked.revision,
        batchNumber: chunked.batchNumber,
        chunks,
        embedded,
        failure,
      },
    }),
  ]);
}
