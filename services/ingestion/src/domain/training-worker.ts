import { appErrorFrom, callOptions, changeDocument, type Identity } from "@parlance/platform";
import { isStoreError, StoreError, type Stored } from "@parlance/ports";
import { beginGeneration } from "./begin-generation.ts";
import { createChatbotTurns } from "./chatbot-turns.ts";
import { settlePending } from "./charge.ts";
import type { IngestionDeps } from "./deps.ts";
import { endJob, retireJob } from "./end-job.ts";
import type { Crawlers } from "./crawlers.ts";
import { eraseKnowledge } from "./erase-knowledge.ts";
import { ItemsLostError, readItemsLeft, type JobKey } from "./job-blobs.ts";
import { counted, isEnded, isWorkedOff, newJob, stopped, type Job } from "./job.ts";
import { identityFor, type Failure, type Knowledge, type QueuedJob } from "./knowledge.ts";
import { shownBy } from "./progress.ts";
import { chunkedEvent, failureOf, openJob, sendBatch, type OpenJob } from "./send-batches.ts";
import type { ChatbotKey } from "./stores.ts";

/** Works off the chatbots' queues of jobs, one step at a time; every step is one write, so it may be cut off anywhere and begun again by anybody. */
export interface TrainingWorker {
  /** Does all that can be done for a chatbot without waiting for retrieval. */
  advance(at: ChatbotKey, identity: Identity): Promise<void>;
  /** Takes in retrieval's answer to a batch, and goes on. */
  count(at: JobKey, answer: { batch: number; failure: string }, identity: Identity): Promise<void>;
  /** Sends batches again that have had no answer for a long time, and goes on. */
  revive(at: ChatbotKey, identity: Identity): Promise<void>;
  /** Erases a deleted chatbot's sources, jobs and blobs, after the step that is under way. */
  erase(at: ChatbotKey): Promise<void>;
}

/** Times in a row that a job may fail to go on for a reason that does not pass by itself. */
const maxAttempts = 5;
/** Longer than retrieval tries a batch before it gives up on it. */
const unansweredAfterMs = 15 * 60_000;
/** What an earlier process has sent comes again by itself, unless the events are lost; then it is not waited for that long. */
const leftBehindAfterMs = 45_000;
/** Jobs whose items are kept in memory between two batches. */
const openJobsKept = 4;

export function createTrainingWorker(deps: IngestionDeps, crawlers: Crawlers): TrainingWorker {
  const turns = createChatbotTurns();
  const worker: Worker = {
    deps,
    begunAt: deps.clock.now(),
    open: new Map(),
    crawl: (at, identity) => {
      crawlers.begin(at, identity, () => turns.take(at, () => advance(worker, at, identity)));
    },
  };
  return {
    advance: (at, identity) => turns.take(at, () => advance(worker, at, identity)),
    count: (at, answer, identity) =>
      turns.take(at, async () => {
        await countAnswer(worker, at, answer);
        await advance(worker, at, identity);
      }),
    revive: (at, identity) =>
      turns.take(at, async () => {
        await resendUnanswered(worker, at, identity);
        await advance(worker, at, identity);
      }),
    erase: (at) => turns.take(at, () => eraseKnowledge(deps, at)),
  };
}

interface Worker {
  deps: IngestionDeps;
  /** Milliseconds since the epoch. */
  begunAt: number;
  open: Map<string, OpenJob>;
  /** Begins to crawl a job's pages; each that is done makes the job go on. */
  crawl(at: JobKey, identity: Identity): void;
}

async function advance(worker: Worker, at: ChatbotKey, identity: Identity): Promise<void> {
  const { stores } = worker.deps;
  for (;;) {
    const knowledge = (await stores.knowledge.get(at.tenant, at.chatbotId))?.data;
    if (knowledge === undefined) return;
    // A step that was under way when the chatbot was deleted may have written something after all was erased.
    if (knowledge.deleted) return eraseKnowledge(worker.deps, at);
    if (knowledge.pending !== null) {
      const { pending } = knowledge;
      const payer = identityFor(pending.job, identity);
      await settlePending(worker.deps, at, { pending, identity: payer }).catch((error: unknown) => {
        // The call that wanted it was told so, or crashed; either way there is nothing to train.
        if (appErrorFrom(error).kind !== "exhausted") throw error;
      });
      continue;
    }
    const queued = knowledge.queue[0];
    if (queued === undefined) return;
    const work = { knowledge, queued, identity: identityFor(queued, identity) };
    if ((await step(worker, { ...at, jobId: queued.jobId }, work)) === "waiting") return;
  }
}

interface Work {
  knowledge: Knowledge;
  queued: QueuedJob;
  identity: Identity;
}

/** One step of the first job of a queue. Somebody else's step in between makes this one void, and the next look finds what is to be done. */
async function step(worker: Worker, at: JobKey, work: Work): Promise<"moved" | "waiting"> {
  const { stores } = worker.deps;
  try {
    const stored = await takeJob(worker, at, work);
    const job = stored.data;
    if (isEnded(job.state)) {
      worker.open.delete(at.jobId);
      await retireJob(worker.deps, at, job);
      return "moved";
    }
    if (work.queued.cancelled && job.state === "running") {
      await stores.jobs.replace(stored, stopped(job, "cancelled"));
      return "moved";
    }
    return job.state === "stopping" ? await stop(worker, at, { ...work, stored }) : await train(worker, at, { ...work, stored });
  } catch (error) {
    worker.open.delete(at.jobId);
    if (isStoreError(error, "version_conflict")) return "moved";
    return giveUpInTheEnd(worker, at, error);
  }
}

async function takeJob({ deps }: Worker, at: JobKey, { knowledge, queued }: Work): Promise<Stored<Job>> {
  const { jobs } = deps.stores;
  const stored = await jobs.get(at.tenant, at.jobId);
  if (stored !== undefined) return stored;
  const { createdAt, documents } = queued;
  try {
    return await jobs.insert(at.tenant, at.jobId, newJob(at.chatbotId, { createdAt, documents, shown: knowledge.round.shown }));
  } catch (error) {
    if (!isStoreError(error, "already_exists")) throw error;
    throw new StoreError("version_conflict", "the job was begun by another worker", { cause: error });
  }
}

type Running = Work & { stored: Stored<Job> };

async function train(worker: Worker, at: JobKey, work: Running): Promise<"moved" | "waiting"> {
  const { deps } = worker;
  const { identity, stored } = work;
  const { retrieval } = deps.clients;
  const job = stored.data;
  if (job.generation === 0) {
    const generation = await beginGeneration(deps, at, identity);
    await deps.stores.jobs.replace(stored, { ...job, generation });
    deps.log.info({ chatbotId: at.chatbotId, jobId: at.jobId, documents: job.documents }, "training begins");
    return "moved";
  }
  if (!isWorkedOff(job)) {
    const open = await opened(worker, at, job);
    const sent = await sendBatch(deps, at, { ...work, open });
    if (sent === "sent") return "moved";
    if (sent === "nothing") worker.open.delete(at.jobId);
    if (sent === "nothing" && open.items[job.cursor.item]?.action === "crawl") worker.crawl(at, identity);
    return "waiting";
  }
  if (!work.queued.closing) return close(worker, at);
  const generation = BigInt(job.generation);
  await retrieval.activateGeneration({ chatbotId: at.chatbotId, jobId: at.jobId, generation }, callOptions(identity));
  const state =
    job.failures.length === 0 ? "completed" : job.failures.length < job.documents ? "completed_with_failures" : "failed";
  await endJob(deps, at, { stored, state, failures: job.failures, identity });
  deps.log.info({ chatbotId: at.chatbotId, jobId: at.jobId, state, failures: job.failures.length }, "training ends");
  return "moved";
}

/** From here on the job cannot be cancelled: what it was to be undone to and what is searched would part. */
async function close({ deps }: Worker, at: JobKey): Promise<"moved"> {
  await changeDocument(deps.stores.knowledge, { tenant: at.tenant, id: at.chatbotId }, ({ data }) => {
    const [first, ...waiting] = data.queue;
    if (first?.jobId !== at.jobId || first.cancelled) return undefined;
    return { data: { ...data, queue: [{ ...first, closing: true }, ...waiting] } };
  });
  return "moved";
}

/** Undoes a job that failed as a whole or was cancelled, once nothing of it is in flight. */
async function stop({ deps }: Worker, at: JobKey, { stored, identity }: Running): Promise<"moved" | "waiting"> {
  const job = stored.data;
  if (job.inFlight.length > 0) return "waiting";
  if (job.generation !== 0) {
    const generation = BigInt(job.generation);
    await deps.clients.retrieval.discardGeneration({ chatbotId: at.chatbotId, jobId: at.jobId, generation }, callOptions(identity));
  }
  const items = job.stopsAs === "cancelled" ? [] : await readItemsLeft(deps.blobs, at);
  const known = new Map(job.failures.map((failure) => [failure.id, failure]));
  const reason = "The training failed because of an internal problem";
  const failures: Failure[] = items.map((item, i) => known.get(item.entry.id) ?? { ...failureOf(items, i), reason });
  await endJob(deps, at, { stored, state: job.stopsAs, failures, identity });
  deps.log.info({ chatbotId: at.chatbotId, jobId: at.jobId, state: job.stopsAs }, "training undone");
  return "moved";
}

async function opened(worker: Worker, at: JobKey, job: Job): Promise<OpenJob> {
  const known = worker.open.get(at.jobId);
  if (known?.cursor.item === job.cursor.item && known.cursor.chunk === job.cursor.chunk) return known;
  const open = await openJob(worker.deps, at, job.cursor);
  worker.open.delete(at.jobId);
  worker.open.set(at.jobId, open);
  for (const [jobId] of worker.open) if (worker.open.size > openJobsKept) worker.open.delete(jobId);
  return open;
}

async function countAnswer({ deps }: Worker, at: JobKey, answer: { batch: number; failure: string }): Promise<void> {
  const { stores, blobs } = deps;
  const knowledge = (await stores.knowledge.get(at.tenant, at.chatbotId))?.data;
  if (knowledge === undefined || knowledge.deleted) return;
  const items = answer.failure === "" ? [] : await readItemsLeft(blobs, at);
  let keys: string[] = [];
  await changeDocument(stores.jobs, { tenant: at.tenant, id: at.jobId }, ({ data }) => {
    const batch = data.inFlight.find((candidate) => candidate.batch === answer.batch);
    const next = counted(data, answer, (index) => failureOf(items, index));
    if (batch === undefined || next === undefined) return undefined;
    keys = [batch.key, ...batch.parts.map(({ manifestKey }) => manifestKey)].filter((key) => key !== "");
    return { data: { ...next, shown: shownBy(next, knowledge) } };
  });
  for (const key of keys) await blobs.delete(key);
}

/** A problem that passes by itself is left to the next attempt; damage ends the job at once, and any other problem after some attempts. */
async function giveUpInTheEnd({ deps }: Worker, at: JobKey, error: unknown): Promise<"moved"> {
  const { kind } = appErrorFrom(error);
  if (kind === "unavailable" || kind === "timeout" || kind === "canceled" || kind === "version_conflict") throw error;
  let ends = false;
  const job = await changeDocument(deps.stores.jobs, { tenant: at.tenant, id: at.jobId }, ({ data }) => {
    if (isEnded(data.state)) return undefined;
    ends = data.state === "running" && (error instanceof ItemsLostError || data.attempt + 1 >= maxAttempts);
    const next = { ...data, attempt: data.attempt + 1 };
    return { data: ends ? stopped(next, "failed") : next };
  });
  // Another worker has ended the job, and taken away what this one still wanted.
  if (error instanceof ItemsLostError && job !== undefined && isEnded(job.data.state)) return "moved";
  deps.log.error({ err: error, chatbotId: at.chatbotId, jobId: at.jobId }, "training cannot go on");
  if (!ends) throw error;
  return "moved";
}

async function resendUnanswered({ deps, begunAt }: Worker, at: ChatbotKey, looking: Identity): Promise<void> {
  const { stores, clock } = deps;
  const queued = (await stores.knowledge.get(at.tenant, at.chatbotId))?.data.queue[0];
  if (queued === undefined) return;
  const { jobId } = queued;
  const identity = identityFor(queued, looking);
  const now = clock.now();
  await changeDocument(stores.jobs, { tenant: at.tenant, id: jobId }, ({ data }) => {
    const late = data.inFlight.filter(
      ({ sentAt }) => sentAt + unansweredAfterMs <= now || (sentAt < begunAt && begunAt + leftBehindAfterMs <= now),
    );
    if (late.length === 0) return undefined;
    const inFlight = data.inFlight.map((batch) => (late.includes(batch) ? { ...batch, sentAt: now } : batch));
    const events = late.map((batch) => chunkedEvent({ ...at, jobId }, data, { batch: { ...batch, sentAt: now }, identity }));
    return { data: { ...data, inFlight }, events };
  });
}
