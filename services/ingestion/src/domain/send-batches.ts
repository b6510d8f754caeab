import { makeEvent, type Identity } from "@parlance/platform";
import type { OutboxEvent, Stored } from "@parlance/ports";
import { composeBatches, type ComposedBatch, type Opened } from "./compose-batches.ts";
import { openContents } from "./contents.ts";
import type { IngestionDeps } from "./deps.ts";
import { parseDocument } from "./documents.ts";
import { readItems, writeBatch, type JobKey } from "./job-blobs.ts";
import type { BatchInFlight, BatchPart, Job } from "./job.ts";
import type { Failure, Knowledge } from "./knowledge.ts";
import { readPage } from "./pages.ts";
import type { JobItem } from "./plan-changes.ts";
import { shownBy } from "./progress.ts";
import type { SourceEntry } from "./source.ts";

/** Batches that may wait in retrieval: enough to keep it busy, few enough that a large document is not chunked far ahead. */
const maxInFlight = 8;

/** A job's items with its batches being composed. Kept between calls, so that a long document is not cut from its start for every batch. */
export interface OpenJob {
  items: readonly JobItem[];
  batches: AsyncGenerator<ComposedBatch>;
  /** Where `batches` stands. */
  cursor: Job["cursor"];
}

/** @throws ItemsLostError */
export async function openJob(deps: IngestionDeps, at: JobKey, cursor: Job["cursor"]): Promise<OpenJob> {
  const items = await readItems(deps.blobs, at);
  const contents = openContents(deps.blobs);
  const parsed = async (entry: SourceEntry) => {
    const text = await contents.read(entry);
    return text === undefined ? undefined : parseDocument(entry, text);
  };
  const open = async (item: JobItem, index: number): Promise<Opened> => {
    const page = item.action === "crawl" ? await readPage(deps, at, index) : undefined;
    if (item.action === "crawl" && page === undefined) return "absent";
    if (page !== undefined && page.outcome !== "read") return page.outcome === "skipped" ? "skipped" : { failure: page.reason };
    return (await parsed(page?.entry ?? item.entry)) ?? { failure: "Its stored content is damaged or gone; train it again" };
  };
  return { items, cursor, batches: composeBatches(items, cursor, open) };
}

/**
 * Sends the next batch, if there is one and not too many are in flight. It is written with its event and the job's new state in one write,
 * after its blobs. @throws StoreError version_conflict when somebody else moved the job.
 */
export async function sendBatch(
  deps: IngestionDeps,
  at: JobKey,
  work: { stored: Stored<Job>; open: OpenJob; knowledge: Knowledge; identity: Identity },
): Promise<"sent" | "enough" | "nothing"> {
  const { stored, open, knowledge, identity } = work;
  const job = stored.data;
  if (job.inFlight.length >= maxInFlight) return "enough";
  const next = restoration(deps, { job, open }) ?? (await nextBatch(deps, at, { job, open }));
  if (next === undefined) return "nothing";
  const { sent, data } = next;
  const events = sent === undefined ? [] : [chunkedEvent(at, data, { batch: sent, identity })];
  await deps.stores.jobs.replace(stored, { ...data, shown: shownBy(data, knowledge) }, { events });
  open.cursor = data.cursor;
  return "sent";
}

type Step = { data: Job; sent?: BatchInFlight };

async function nextBatch(deps: IngestionDeps, at: JobKey, { job, open }: { job: Job; open: OpenJob }): Promise<Step | undefined> {
  const { value: composed, done } = await open.batches.next();
  if (done === true || composed === undefined) return undefined;
  const failures = composed.ended.flatMap(({ item, reason }) =>
    reason === undefined ? [] : [{ ...failureOf(open.items, item), reason }],
  );
  const data: Job = {
    ...job,
    cursor: composed.cursor,
    failures: [...job.failures, ...failures],
    endedDocuments: job.endedDocuments + composed.ended.length,
    attempt: 0,
  };
  if (composed.parts.length === 0) return { data: { ...data, done: job.done + composed.work } };
  const batch = job.nextBatch;
  const written = await writeBatch(deps.blobs, at, { ...composed, batch });
  const sent = { batch, ...written, work: composed.work, restores: false, sentAt: deps.clock.now() };
  return { data: { ...data, nextBatch: batch + 1, inFlight: [...job.inFlight, sent] }, sent };
}

/** Brings back what was known of a broken document, when none of its batches is in flight any more. */
function restoration({ clock }: IngestionDeps, { job, open }: { job: Job; open: OpenJob }): Step | undefined {
  const item = job.broken.find((candidate) => !job.inFlight.some(({ parts }) => parts.some((part) => part.item === candidate)));
  const broken = item === undefined ? undefined : open.items[item];
  if (item === undefined || broken === undefined) return undefined;
  const part: BatchPart = { item, documentId: broken.entry.id, revision: "", last: false, manifestKey: "" };
  const sent = { batch: job.nextBatch, key: "", parts: [part], work: 0, restores: true, sentAt: clock.now() };
  const data = { ...job, broken: job.broken.filter((candidate) => candidate !== item), inFlight: [...job.inFlight, sent] };
  return { data: { ...data, nextBatch: job.nextBatch + 1 }, sent };
}

export function failureOf(items: readonly JobItem[], index: number): Failure {
  const { id = "", name = "", type = "text" } = items[index]?.entry ?? {};
  return { id, name, type, reason: "" };
}

export function chunkedEvent(at: JobKey, job: Job, { batch, identity }: { batch: BatchInFlight; identity: Identity }): OutboxEvent {
  return makeEvent("ingestion.document.chunked.v1", {
    identity,
    key: `${at.jobId}:${batch.batch}`,
    time: batch.sentAt,
    payload: {
      chatbotId: at.chatbotId,
      jobId: at.jobId,
      generation: BigInt(job.generation),
      parts: batch.parts.map(({ documentId, revision, last, manifestKey, manifestDigest = "" }) => {
        return { documentId, revision, last, manifestKey, manifestDigest, undo: batch.restores };
      }),
      batchNumber: batch.batch,
      batchKey: batch.key,
      batchDigest: batch.digest ?? "",
    },
  });
}
