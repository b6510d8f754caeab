import type { Identity } from "@parlance/platform";
import type { BlobKey } from "@parlance/ports";
import type { SourceType } from "./source.ts";

/**
 * What a chatbot is trained on and what is still to be done, in one document, so that a call's deletes, adds and its job become visible in
 * one write. The lists of sources lie in blobs that never change; the document names the present ones.
 */
export interface Knowledge {
  /** The chatbot is gone; stays as a mark, so that no late call brings its sources back. */
  deleted: boolean;
  /** Something is queued, running or pending: whoever looks for work that was cut off looks for this. */
  busy: boolean;
  lists: ListKeys;
  /** Code points of all sources. */
  characters: number;
  /** The first is running or about to. */
  queue: QueuedJob[];
  /** A call that is being charged for. */
  pending: PendingJob | null;
  /** Ids of sources whose present state the index does not have, because a job failed on them or was cancelled. */
  failed: string[];
  round: Round;
  /** Milliseconds since the epoch at which the queue was last worked off. */
  lastTrainedAt: number | null;
}

export type ListKeys = { [Type in SourceType]?: BlobKey };

export interface QueuedJob {
  jobId: string;
  createdAt: number;
  documents: number;
  /** What the job costs in time, in no unit; see {@link workOf}. */
  work: number;
  /** To be returned to when the job is cancelled. */
  before: { lists: ListKeys; characters: number };
  /** Ids that were in `failed` and that this job tries again. */
  retried: string[];
  cancelled: boolean;
  /** Its generation is about to be activated: too late to cancel it. */
  closing: boolean;
  /** Opens the cookies that its pages are fetched with; empty when there are none. */
  cookieKey: string;
  /** What its pages were found to hold stands in the lists. */
  folded: boolean;
  /** Lists that nobody needs once the job has ended. */
  orphans: BlobKey[];
  /** The request that asked for it. */
  origin?: Pick<Identity, "requestId" | "traceparent">;
}

/**
 * On whose behalf a job is worked on: its own request's, whatever made the worker look, which may be the end of another's job or the hour.
 */
export function identityFor({ origin }: QueuedJob, looking: Identity): Identity {
  return origin === undefined ? looking : { ...origin, tenant: looking.tenant };
}

/** Written before the account is charged, so that a crash on either side of the charge is followed by the whole of the change. */
export interface PendingJob {
  charge: number;
  lists: ListKeys;
  characters: number;
  job: QueuedJob;
}

/** From the first job of a queue to its last. */
export interface Round {
  /** Progress that was shown when the last job ended; what is shown never falls. */
  shown: number;
  /** Work of the jobs that have ended. */
  done: number;
  failures: Failure[];
}

export interface Failure {
  id: string;
  name: string;
  type: SourceType;
  /** In words an owner understands. */
  reason: string;
}

export const newRound: Round = { shown: 0, done: 0, failures: [] };

export const noKnowledge: Knowledge = {
  deleted: false,
  busy: false,
  lists: {},
  characters: 0,
  queue: [],
  pending: null,
  failed: [],
  round: newRound,
  lastTrainedAt: null,
};

/** Work that is still to be done or under way. */
export function livingJobs(knowledge: Knowledge): QueuedJob[] {
  return knowledge.queue.filter((job) => !job.cancelled);
}

/** The knowledge with a job at the end of its queue. A queue that was empty begins a new round. */
export function withJob(knowledge: Knowledge, added: Omit<PendingJob, "charge">): Knowledge {
  const retried = new Set(added.job.retried);
  return {
    ...knowledge,
    busy: true,
    pending: null,
    lists: added.lists,
    characters: added.characters,
    queue: [...knowledge.queue, added.job],
    failed: knowledge.failed.filter((id) => !retried.has(id)),
    round: livingJobs(knowledge).length === 0 ? newRound : knowledge.round,
  };
}
