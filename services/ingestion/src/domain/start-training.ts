import type { ingestion } from "@parlance/contracts";
import { AppError, newId, type Identity } from "@parlance/platform";
import type { BlobKey, Stored } from "@parlance/ports";
import { jobRoot } from "./blob-keys.ts";
import { settlePending, startedEvent } from "./charge.ts";
import { writeContents } from "./contents.ts";
import type { CrawledPage } from "./crawled-page.ts";
import type { IngestionDeps } from "./deps.ts";
import { writeItems } from "./job-blobs.ts";
import { workOf } from "./job.ts";
import { noKnowledge, withJob, type Knowledge, type PendingJob } from "./knowledge.ts";
import { plainPages, writePageOptions, type PageOptions } from "./page-options.ts";
import { charactersOf, pagesUnderWay, withPages } from "./pages.ts";
import { planChanges, type PlannedChanges, type SourceLists } from "./plan-changes.ts";
import { preparePages, prepareSources, type PreparedPage, type PreparedSource } from "./prepare-sources.ts";
import { isLostRace, readLists, writeLists } from "./source-lists.ts";
import type { ChatbotKey } from "./stores.ts";

export interface StartedTraining {
  /** Empty when nothing has to be trained. */
  jobId: string;
  lists: SourceLists;
  /** Code points of all sources. */
  characters: number;
}

interface Wanted {
  request: ingestion.StartJobRequest;
  /** Most code points that the chatbot may hold. */
  limit: number;
  /** How pages of the request are fetched and read. */
  pageOptions?: PageOptions;
  identity: Identity;
}

/** Lost races against other calls for the same chatbot and its worker before the caller is told. */
const attempts = 30;

/**
 * Removes and adds sources and queues a job for the difference. Contents, lists and items are written first and belong to nothing; one
 * write of the knowledge document makes all of it visible. When that write loses a race, the changes are planned anew.
 * @throws AppError CHARACTERS_EXCEEDED, CHATBOT_NOT_FOUND, VERSION_CONFLICT
 */
export async function startTraining(deps: IngestionDeps, at: ChatbotKey, wanted: Wanted): Promise<StartedTraining> {
  const prepared = prepareSources(wanted.request);
  const pages = preparePages(wanted.request);
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const written: Written = { jobId: newId(), keys: [] };
    try {
      const started = await tryOnce(deps, at, { ...wanted, prepared, pages, written });
      if (started !== "again") return started;
    } catch (error) {
      await discard(deps, at, written);
      if (!isLostRace(error)) throw error;
    }
    await deps.clock.sleep(Math.random() * 10 * attempt);
  }
  throw new AppError("VERSION_CONFLICT");
}

/** What a try has written and nobody knows of yet. */
interface Written {
  jobId: string;
  keys: BlobKey[];
}

type Try = Wanted & { prepared: readonly PreparedSource[]; pages: readonly PreparedPage[]; written: Written };

async function tryOnce(deps: IngestionDeps, at: ChatbotKey, wanted: Try): Promise<StartedTraining | "again"> {
  const { stores, blobs } = deps;
  const { identity, written } = wanted;
  const stored = await stores.knowledge.get(at.tenant, at.chatbotId);
  const knowledge = stored?.data ?? noKnowledge;
  if (knowledge.deleted) throw new AppError("CHATBOT_NOT_FOUND");
  if (knowledge.pending !== null) {
    await settlePending(deps, at, { pending: knowledge.pending, identity }).catch(ignoreExhausted);
    return "again";
  }
  const { plan, crawled } = await planned(deps, at, { knowledge, wanted });
  const lists = withPages(plan.lists, crawled);
  if (plan.items.length === 0) return { jobId: "", lists, characters: charactersOf(lists) };
  written.keys.push(...(await writeContents(blobs, at, plan.added)));
  const keys = await writeLists(blobs, at, { keys: knowledge.lists, lists: plan.lists, types: plan.changedLists });
  for (const type of plan.changedLists) if (keys[type] !== undefined) written.keys.push(keys[type]);
  const job = { ...at, jobId: written.jobId };
  await writeItems(blobs, job, plan.items);
  const { cookieKey } =
    wanted.pages.length === 0 ? { cookieKey: "" } : await writePageOptions(blobs, job, wanted.pageOptions ?? plainPages);
  const now = deps.clock.now();
  const pending = pendingJob(knowledge, plan, { jobId: written.jobId, lists: keys, cookieKey, now, identity });
  await commit(deps, at, { stored, knowledge, pending, identity, written });
  return { jobId: pending.job.jobId, lists, characters: charactersOf(lists) };
}

async function planned(
  deps: IngestionDeps,
  at: ChatbotKey,
  { knowledge, wanted }: { knowledge: Knowledge; wanted: Try },
): Promise<{ plan: PlannedChanges; crawled: CrawledPage[] }> {
  const before = await readLists(deps, at, knowledge.lists);
  const { request, prepared, pages, limit } = wanted;
  const plan = planChanges(before, {
    chatbotId: at.chatbotId,
    deletes: request.deletes,
    prepared,
    pages,
    failed: new Set(knowledge.failed),
    indexAgain: request.indexAgain,
  });
  // What the running job has crawled is not in the lists yet, but takes its place in the plan.
  const crawled = await pagesUnderWay(deps, at, knowledge);
  const remaining = Math.max(0, limit - (charactersOf(withPages(plan.lists, crawled)) - plan.requested));
  if (plan.requested > remaining) throw charactersExceeded(plan.requested, remaining);
  return { plan, crawled };
}

/** One write when nothing is to be paid; else one that says what is pending, the charge, and one that lets it take effect. */
async function commit(
  deps: IngestionDeps,
  at: ChatbotKey,
  work: { stored: Stored<Knowledge> | undefined; knowledge: Knowledge; pending: PendingJob; identity: Identity; written: Written },
): Promise<void> {
  const { stored, knowledge, pending, identity, written } = work;
  const { knowledge: collection } = deps.stores;
  const events = [startedEvent(at, { jobId: pending.job.jobId, identity, now: deps.clock.now() })];
  const free = pending.charge === 0;
  const data = free ? withJob(knowledge, pending) : { ...knowledge, busy: true, pending };
  const { keys } = written;
  // From here on the blobs may be named by what is stored: only who knows that they are not may delete them.
  written.keys = [];
  try {
    // A call that is pending is taken up by a worker too, should this process die before it has paid.
    if (stored === undefined) await collection.insert(at.tenant, at.chatbotId, data, { events });
    else await collection.replace(stored, data, { events });
    if (!free) await settlePending(deps, at, { pending, identity });
  } catch (error) {
    if (isLostRace(error) || isExhausted(error)) written.keys = keys;
    throw error;
  }
}

function pendingJob(
  knowledge: Knowledge,
  plan: PlannedChanges,
  asked: { jobId: string; lists: PendingJob["lists"]; cookieKey: string; now: number; identity: Identity },
): PendingJob {
  const { jobId, lists, cookieKey, now, identity } = asked;
  const ids = new Set(plan.items.map(({ entry }) => entry.id));
  return {
    charge: plan.requested,
    lists,
    characters: plan.total,
    job: {
      jobId,
      createdAt: now,
      documents: plan.items.length,
      work: plan.items.reduce((sum, item) => sum + workOf(item), 0),
      before: { lists: knowledge.lists, characters: knowledge.characters },
      retried: knowledge.failed.filter((id) => ids.has(id)),
      cancelled: false,
      closing: false,
      cookieKey,
      folded: false,
      orphans: [],
      origin: { requestId: identity.requestId, traceparent: identity.traceparent },
    },
  };
}

export function charactersExceeded(requested: number, remaining: number): AppError {
  return new AppError("CHARACTERS_EXCEEDED", {
    message: `Character limit exceeded: ${requested} characters requested, ${remaining} remaining`,
    metadata: { requested: String(requested), remaining: String(remaining) },
  });
}

async function discard({ blobs, log }: IngestionDeps, at: ChatbotKey, written: Written): Promise<void> {
  if (written.keys.length === 0) return;
  try {
    for (const key of written.keys) await blobs.delete(key);
    await blobs.deleteAll(jobRoot(at, written.jobId));
  } catch (error) {
    log.warn({ err: error, chatbotId: at.chatbotId }, "blobs of a refused call are left over");
  }
}

function isExhausted(error: unknown): boolean {
  return error instanceof AppError && error.kind === "exhausted";
}

function ignoreExhausted(error: unknown): void {
  if (!isExhausted(error)) throw error;
}
