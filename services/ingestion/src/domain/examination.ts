import { create } from "@bufbuild/protobuf";
import { ingestion } from "@parlance/contracts";
import {
  appErrorFrom,
  callOptions,
  changeDocument,
  everyDocument,
  isKnownChatbot,
  type Examination,
  type Finding,
} from "@parlance/platform";
import { everyTenant, type BlobKey, type Stored } from "@parlance/ports";
import { isOwnKey, jobRoot, rootOf } from "./blob-keys.ts";
import { openContents } from "./contents.ts";
import type { IngestionDeps } from "./deps.ts";
import { parseDocument } from "./documents.ts";
import { isEnded, type Job } from "./job.ts";
import type { Knowledge } from "./knowledge.ts";
import { pagesUnderWay } from "./pages.ts";
import { ListGoneError, readLists } from "./source-lists.ts";
import { sourceTypes, type SourceEntry } from "./source.ts";
import { startTraining } from "./start-training.ts";
import type { ChatbotKey } from "./stores.ts";

/** Compares what chatbots are trained on with the index, jobs with their queues, and contents with the lists that name them. */
export function examineIngestion(deps: IngestionDeps): Examination {
  return {
    findings: async function* ({ repair }) {
      for await (const stored of everyDocument(deps.stores.knowledge, everyTenant, { limit: 100 })) {
        if (!stored.data.deleted) yield* examineChatbot(deps, stored, repair);
      }
      yield* examineJobs(deps, repair);
    },
    blobs: { owns: isOwnKey, inUse: () => blobsInUse(deps) },
  };
}

/** Chunk ids that are asked for at once. */
const chunksAtOnce = 1_000;

async function* examineChatbot(deps: IngestionDeps, stored: Stored<Knowledge>, repair: boolean): AsyncGenerator<Finding> {
  const at = { tenant: stored.tenant, chatbotId: stored.id };
  const finding = (problem: string, remedy: string, mended: boolean): Finding => {
    return { check: "training", subject: at.chatbotId, problem, remedy, mended };
  };
  if (!(await isKnownChatbot(deps.clients, at))) {
    yield finding(
      "There are sources of a chatbot that does not exist.",
      "Nobody can reach them; a deletion that is under way erases them.",
      false,
    );
    return;
  }
  const { queue, pending, busy } = stored.data;
  if (!busy && (queue.length > 0 || pending !== null)) {
    if (repair) await markBusy(deps, at);
    yield finding("Training is queued, but nobody looks for it.", repair ? "It will be looked for." : askForRepair, repair);
  }
  yield* examineGeneration(deps, at, { knowledge: stored.data, repair, finding });
  if (queue.length > 0 || pending !== null) return;
  const sources = await sourcesOf(deps, at, stored.data);
  if (sources === "damaged") {
    const remedy = "Restore a backup, or delete the chatbot and train another.";
    yield finding("The stored list of its sources is gone or damaged.", remedy, false);
    return;
  }
  const lost = await lostSources(deps, at, { sources, failed: stored.data.failed });
  if (lost.unreadable > 0) {
    const remedy = "Restore a backup that has them, or train them again.";
    yield finding(`The stored text of ${lost.unreadable} of ${lost.sources} sources is gone or damaged.`, remedy, false);
  }
  if (lost.notIndexed === 0) return;
  if (repair) await indexAgain(deps, at);
  const problem = `The index lacks chunks of ${lost.notIndexed} of ${lost.sources} sources, or has them as an older version made them.`;
  yield finding(problem, repair ? "They are queued to be indexed again." : askForRepair, repair);
}

const askForRepair = "Run doctor with --repair.";

async function* examineGeneration(
  { clients }: IngestionDeps,
  at: ChatbotKey,
  work: { knowledge: Knowledge; repair: boolean; finding: (problem: string, remedy: string, mended: boolean) => Finding },
): AsyncGenerator<Finding> {
  const { knowledge, repair, finding } = work;
  const options = callOptions({ tenant: at.tenant });
  const state = await clients.retrieval.inspectGenerations({ chatbotId: at.chatbotId }, options);
  const { buildingJobId: jobId, buildingGeneration: generation } = state;
  const waiting = [...knowledge.queue, ...(knowledge.pending === null ? [] : [knowledge.pending.job])];
  if (jobId === "" || waiting.some((job) => job.jobId === jobId)) return;
  // What is searched must never be undone, whatever is noted of what is being built.
  const mended = repair && generation > state.activeGeneration;
  if (mended) await clients.retrieval.discardGeneration({ chatbotId: at.chatbotId, jobId, generation }, options);
  const remedy = mended ? "What it had built was undone, so that others can train." : askForRepair;
  yield finding(`The index waits for job ${jobId}, which is not there.`, remedy, mended);
}

/** Jobs that wait on nothing: begun, not ended, and in no queue. */
async function* examineJobs({ stores, clock }: IngestionDeps, repair: boolean): AsyncGenerator<Finding> {
  for await (const { tenant, id, data } of everyDocument(stores.jobs, everyTenant, { limit: 100 })) {
    if (isEnded(data.state)) continue;
    const knowledge = await stores.knowledge.get(tenant, data.chatbotId);
    if (knowledge?.data.queue.some(({ jobId }) => jobId === id) === true) continue;
    if (repair) {
      await changeDocument(stores.jobs, { tenant, id }, ({ data }) =>
        isEnded(data.state) ? undefined : { data: cancelled(data, clock.now()) },
      );
    }
    const remedy = repair ? "It was ended." : askForRepair;
    yield { check: "training", subject: data.chatbotId, problem: `Job ${id} runs, but is in no queue.`, remedy, mended: repair };
  }
}

function cancelled(job: Job, now: number): Job {
  return { ...job, state: "cancelled", endedAt: now, inFlight: [], broken: [] };
}

/**
 * Sources whose chunks are not all in the active generation by the ids that this version gives them, and those whose content is gone or not what was stored. Sources that are known to
 * have failed do not count.
 */
async function lostSources(
  deps: IngestionDeps,
  at: ChatbotKey,
  { sources, failed }: { sources: readonly SourceEntry[]; failed: readonly string[] },
) {
  const lost = { sources: 0, notIndexed: 0, unreadable: 0 };
  const contents = openContents(deps.blobs);
  for (const entry of sources) {
    if (entry.content === null) continue;
    lost.sources += 1;
    if (failed.includes(entry.id)) continue;
    const content = await contents.read(entry);
    if (content === undefined) lost.unreadable += 1;
    else if (await lacksChunks(deps, at, { entry, content })) lost.notIndexed += 1;
  }
  return lost;
}

async function lacksChunks(
  { clients }: IngestionDeps,
  at: ChatbotKey,
  { entry, content }: { entry: SourceEntry; content: string },
) {
  const ids = await Array.fromAsync(parseDocument(entry, content).chunks, ({ chunkId }) => chunkId);
  for (let start = 0; start < ids.length; start += chunksAtOnce) {
    const chunkIds = ids.slice(start, start + chunksAtOnce);
    const request = { chatbotId: at.chatbotId, chunkIds };
    const { absentChunkIds } = await clients.retrieval.inspectGenerations(request, callOptions({ tenant: at.tenant }));
    if (absentChunkIds.length > 0) return true;
  }
  return false;
}

async function indexAgain(deps: IngestionDeps, at: ChatbotKey): Promise<void> {
  const request = create(ingestion.StartJobRequestSchema, { chatbotId: at.chatbotId, indexAgain: true });
  // What is stored already was within the limit when it was added.
  await startTraining(deps, at, { request, limit: Number.MAX_SAFE_INTEGER, identity: { tenant: at.tenant } });
}

async function markBusy({ stores }: IngestionDeps, at: ChatbotKey): Promise<void> {
  await changeDocument(stores.knowledge, { tenant: at.tenant, id: at.chatbotId }, ({ data }) => {
    return data.busy || (data.queue.length === 0 && data.pending === null) ? undefined : { data: { ...data, busy: true } };
  });
}

async function* blobsInUse(deps: IngestionDeps): AsyncGenerator<BlobKey> {
  for await (const { tenant, id, data } of everyDocument(deps.stores.knowledge, everyTenant, { limit: 100 })) {
    const at = { tenant, chatbotId: id };
    for (const { entry } of await pagesUnderWay(deps, at, data)) if (entry?.content != null) yield entry.content.key;
    const waiting = [...data.queue, ...(data.pending === null ? [] : [data.pending.job])];
    for (const { jobId, orphans } of waiting) {
      yield jobRoot(at, jobId);
      yield* orphans;
    }
    const versions = [
      data.lists,
      ...waiting.map(({ before }) => before.lists),
      ...(data.pending === null ? [] : [data.pending.lists]),
    ];
    for (const lists of versions) {
      yield* Object.values(lists);
      const sources = await sourcesOf(deps, at, { lists });
      // Such a list may have named anything.
      if (sources === "damaged") yield rootOf(at);
      else for (const { content } of sources) if (content !== null) yield content.key;
    }
  }
}

/** None of a list that nobody needs any more. */
async function sourcesOf(
  deps: IngestionDeps,
  at: ChatbotKey,
  { lists }: Pick<Knowledge, "lists">,
): Promise<SourceEntry[] | "damaged"> {
  try {
    const read = await readLists(deps, at, lists);
    return sourceTypes.flatMap((type) => read[type]);
  } catch (error) {
    if (error instanceof ListGoneError) return [];
    if (appErrorFrom(error).reason === "KNOWLEDGE_DAMAGED") return "damaged";
    throw error;
  }
}
