import { appErrorFrom, changeDocument, makeEvent, type Identity } from "@parlance/platform";
import type { BlobKey, Stored } from "@parlance/ports";
import { jobRoot } from "./blob-keys.ts";
import type { IngestionDeps } from "./deps.ts";
import { readItemsLeft, type JobKey } from "./job-blobs.ts";
import type { EndedState, Job } from "./job.ts";
import { livingJobs, type Failure, type Knowledge, type ListKeys, type QueuedJob } from "./knowledge.ts";
import { foldPages } from "./fold-pages.ts";
import { forgetPages, pagesOf } from "./pages.ts";
import type { JobItem } from "./plan-changes.ts";
import { ListGoneError, readLists } from "./source-lists.ts";
import { sourceTypes } from "./source.ts";

/** Jobs of a chatbot that are remembered after their end. */
const endedJobsKept = 20;

/** Sets the end of a job, with its event in the same write. */
export async function endJob(
  { stores, clock }: IngestionDeps,
  at: JobKey,
  end: { stored: Stored<Job>; state: EndedState; failures: Failure[]; identity: Identity },
): Promise<void> {
  const { stored, state, failures, identity } = end;
  const data: Job = {
    ...stored.data,
    state,
    failures,
    endedDocuments: stored.data.documents,
    inFlight: [],
    broken: [],
    endedAt: clock.now(),
  };
  const event = makeEvent("ingestion.job.completed.v1", {
    identity,
    key: at.chatbotId,
    time: clock.now(),
    payload: {
      chatbotId: at.chatbotId,
      jobId: at.jobId,
      state,
      documents: data.documents,
      failedDocuments: failures.length,
    },
  });
  await stores.jobs.replace(stored, data, { events: [event] });
}

/**
 * Takes an ended job out of the queue, after the lists tell what its pages hold and what only it needed is gone; repeated after a
 * crash, it comes to the same.
 */
export async function retireJob(deps: IngestionDeps, at: JobKey, job: Job): Promise<void> {
  const items = await readItemsLeft(deps.blobs, at);
  if (job.state !== "cancelled") {
    await foldPages(deps, at);
    await settle(deps, at, items);
  }
  await deleteUnneeded(deps, at, { items, cancelled: job.state === "cancelled" });
  await forgetPages(deps, at);
  // Last of what is the job's own: who comes later does not know it any more.
  await changeDocument(deps.stores.knowledge, { tenant: at.tenant, id: at.chatbotId }, ({ data }) => {
    const queued = data.queue[0];
    if (queued?.jobId !== at.jobId) return undefined;
    return { data: withoutHead(data, { queued, job, now: deps.clock.now() }) };
  });
  await forgetOldJobs(deps, at);
}

/** What an earlier job of the round failed on is this one's to tell. Written while there are items to say what that is. */
async function settle({ stores }: IngestionDeps, at: JobKey, items: readonly JobItem[]): Promise<void> {
  const settled = new Set(items.map(({ entry }) => entry.id));
  await changeDocument(stores.knowledge, { tenant: at.tenant, id: at.chatbotId }, ({ data }) => {
    const failed = data.failed.filter((id) => !settled.has(id));
    const failures = data.round.failures.filter(({ id }) => !settled.has(id));
    const nothing = failed.length === data.failed.length && failures.length === data.round.failures.length;
    if (nothing || data.queue[0]?.jobId !== at.jobId) return undefined;
    return { data: { ...data, failed, round: { ...data.round, failures } } };
  });
}

function withoutHead(data: Knowledge, ended: { queued: QueuedJob; job: Job; now: number }): Knowledge {
  const { queued, job, now } = ended;
  const queue = data.queue.slice(1);
  const busy = queue.length > 0 || data.pending !== null;
  if (job.state === "cancelled") return { ...data, queue, busy };
  return {
    ...data,
    queue,
    busy,
    failed: [...new Set([...data.failed, ...job.failures.map(({ id }) => id)])],
    round: {
      shown: Math.max(data.round.shown, job.shown),
      done: data.round.done + queued.work,
      failures: [...data.round.failures, ...job.failures],
    },
    lastTrainedAt: livingJobs({ ...data, queue }).length === 0 ? now : data.lastTrainedAt,
  };
}

/**
 * Deletes what the job's items name and no list holds any more: the present lists, and those that a waiting job would return to. The job's
 * own blobs go last, because they say what the rest is.
 */
async function deleteUnneeded(
  deps: IngestionDeps,
  at: JobKey,
  job: { items: readonly JobItem[]; cancelled: boolean },
): Promise<void> {
  const { stores, blobs } = deps;
  const knowledge = (await stores.knowledge.get(at.tenant, at.chatbotId))?.data;
  const queued = knowledge?.queue[0];
  if (knowledge === undefined || queued?.jobId !== at.jobId) return;
  const waiting = livingJobs({ ...knowledge, queue: knowledge.queue.slice(1) });
  const kept: ListKeys[] = [
    knowledge.lists,
    ...(knowledge.pending === null ? [] : [knowledge.pending.lists]),
    ...waiting.map(({ before }) => before.lists),
  ];
  const contents = await withoutHeld(deps, at, { contents: await namedContents(deps, at, job), kept });
  const listsKept = new Set(kept.flatMap((keys) => Object.values(keys)));
  const lists = [...Object.values(queued.before.lists), ...queued.orphans].filter((key) => !listsKept.has(key));
  for (const key of [...contents, ...lists]) await blobs.delete(key);
  await blobs.deleteAll(jobRoot(at, at.jobId));
}

/** Contents that the job replaced or removed and, where it was cancelled, those that it brought. */
async function namedContents(
  { stores }: IngestionDeps,
  at: JobKey,
  { items, cancelled }: { items: readonly JobItem[]; cancelled: boolean },
): Promise<ReadonlySet<BlobKey>> {
  const pages = (await pagesOf({ stores }, at)).flatMap(({ data }) => [data.entry, data.previous]);
  const entries = items.flatMap(({ entry, previous }) => [previous, cancelled ? entry : undefined]);
  return new Set([...pages, ...entries].flatMap((entry) => (entry?.content == null ? [] : [entry.content.key])));
}

/** None while somebody changes the lists: what is left over now goes with the next job's. Nor when one is damaged, which may name anything. */
async function withoutHeld(
  deps: IngestionDeps,
  at: JobKey,
  { contents, kept }: { contents: ReadonlySet<BlobKey>; kept: readonly ListKeys[] },
): Promise<ReadonlySet<BlobKey>> {
  if (contents.size === 0) return contents;
  const held = new Set<BlobKey>();
  try {
    for (const keys of kept) {
      const lists = await readLists(deps, at, keys);
      for (const type of sourceTypes) for (const { content } of lists[type]) if (content !== null) held.add(content.key);
    }
  } catch (error) {
    if (error instanceof ListGoneError || appErrorFrom(error).reason === "KNOWLEDGE_DAMAGED") return new Set();
    throw error;
  }
  return contents.difference(held);
}

async function forgetOldJobs({ stores }: IngestionDeps, at: JobKey): Promise<void> {
  const { items } = await stores.jobs.find(at.tenant, {
    where: { chatbotId: at.chatbotId },
    sort: { by: "createdAt", direction: "descending" },
    offset: endedJobsKept,
    limit: 100,
  });
  for (const old of items) if (old.data.endedAt !== null) await stores.jobs.delete(at.tenant, old.id);
}
