import type { BlobKey } from "@parlance/ports";
import type { Failure } from "./knowledge.ts";
import type { JobItem } from "./plan-changes.ts";

export const endedStates = ["completed", "completed_with_failures", "failed", "cancelled"] as const;
export type EndedState = (typeof endedStates)[number];

/** A job that has begun. Everything a worker must know to go on with it after any crash stands here or in the job's blobs. */
export interface Job {
  chatbotId: string;
  /** `stopping` waits for the answers of the batches in flight, undoes all, and ends as `stopsAs`. */
  state: "running" | "stopping" | EndedState;
  stopsAs: "failed" | "cancelled";
  createdAt: number;
  endedAt: number | null;
  /** Of retrieval; 0 before it is begun. */
  generation: number;
  documents: number;
  endedDocuments: number;
  /** The next chunk to be sent: item of the job, chunk of its document. */
  cursor: Cursor;
  nextBatch: number;
  inFlight: BatchInFlight[];
  /** Items whose indexing failed and whose former chunks are to be brought back when none of their batches is in flight. */
  broken: number[];
  failures: Failure[];
  /** Work that is done, and progress that was shown. */
  done: number;
  shown: number;
  /** Times in a row that going on failed for no passing reason. */
  attempt: number;
  /** Who crawls its pages, and until when (milliseconds since the epoch) nobody else need. */
  crawler: { by: string; until: number } | null;
}

export interface Cursor {
  item: number;
  chunk: number;
}

export interface BatchInFlight {
  batch: number;
  key: BlobKey;
  /** SHA-256 of the blob; absent without one, and in a job that was begun before digests were kept. */
  digest?: string;
  parts: BatchPart[];
  work: number;
  /** Brings back the former chunks of broken documents. */
  restores: boolean;
  sentAt: number;
}

export interface BatchPart {
  item: number;
  documentId: string;
  revision: string;
  last: boolean;
  manifestKey: BlobKey;
  manifestDigest?: string;
}

export function newJob(chatbotId: string, queued: { createdAt: number; documents: number; shown: number }): Job {
  return {
    chatbotId,
    state: "running",
    stopsAs: "failed",
    createdAt: queued.createdAt,
    endedAt: null,
    generation: 0,
    documents: queued.documents,
    endedDocuments: 0,
    cursor: { item: 0, chunk: 0 },
    nextBatch: 0,
    inFlight: [],
    broken: [],
    failures: [],
    done: 0,
    shown: queued.shown,
    attempt: 0,
    crawler: null,
  };
}

export function isEnded(state: Job["state"]): state is EndedState {
  return state !== "running" && state !== "stopping";
}

/** Everything was sent and answered. */
export function isWorkedOff(job: Job): boolean {
  return job.cursor.item >= job.documents && job.inFlight.length === 0 && job.broken.length === 0;
}

/** An item's share of its job's time: mostly its length, and something for being a document at all. */
export function workOf(item: JobItem): number {
  if (item.action === "crawl") return 5_000;
  return item.action === "remove" ? 20 : 200 + item.entry.characters;
}

/** Takes a batch's answer in. undefined when it was taken in before. */
export function counted(job: Job, answer: { batch: number; failure: string }, items: (index: number) => Failure): Job | undefined {
  const batch = job.inFlight.find((candidate) => candidate.batch === answer.batch);
  if (batch === undefined) return undefined;
  const next: Job = {
    ...job,
    inFlight: job.inFlight.filter((candidate) => candidate !== batch),
    done: job.done + batch.work,
    attempt: 0,
  };
  if (job.state === "stopping") return next;
  if (batch.restores) {
    // What was known before cannot be brought back document by document, so it is by giving the whole generation up.
    return answer.failure === "" ? { ...next, endedDocuments: next.endedDocuments + batch.parts.length } : stopped(next, "failed");
  }
  if (answer.failure === "") {
    const ended = batch.parts.filter((part) => part.last && !job.broken.includes(part.item)).length;
    return { ...next, endedDocuments: next.endedDocuments + ended };
  }
  const fresh = batch.parts.map((part) => part.item).filter((item) => !job.broken.includes(item));
  return {
    ...next,
    broken: [...job.broken, ...fresh],
    failures: [...job.failures, ...fresh.map((item) => ({ ...items(item), reason: answer.failure }))],
    // The rest of a document of which a part is missing is not worth sending.
    cursor: fresh.includes(job.cursor.item) ? { item: job.cursor.item + 1, chunk: 0 } : job.cursor,
  };
}

export function stopped(job: Job, as: Job["stopsAs"]): Job {
  return { ...job, state: "stopping", stopsAs: as, broken: [] };
}
