import { createHash } from "node:crypto";
import { newId, systemClock } from "@parlance/platform";
import { asTenant, StoreError } from "@parlance/ports";
import { expect, test, vi } from "vitest";
import { contentKey } from "../src/domain/blob-keys.ts";
import type { IngestionDeps } from "../src/domain/deps.ts";
import { retireJob } from "../src/domain/end-job.ts";
import { writeItems, type JobKey } from "../src/domain/job-blobs.ts";
import { newJob, type Job } from "../src/domain/job.ts";
import { newRound, noKnowledge, type QueuedJob } from "../src/domain/knowledge.ts";
import { pagesOf, writePage } from "../src/domain/pages.ts";
import { openJob, sendBatch } from "../src/domain/send-batches.ts";
import { revisionOf, type SourceEntry } from "../src/domain/source.ts";
import { openStores } from "../src/domain/stores.ts";
import { startTraining, type Training } from "./support.ts";

/** What a worker of the same process uses that has not seen what the others see, and a job of nobody's. */
function newDeps({ process }: Training) {
  const { blobs, documents } = process.running.ports;
  const deps = { stores: openStores(documents), blobs, clock: systemClock } as unknown as IngestionDeps;
  return { deps, at: { tenant: asTenant("ann"), chatbotId: newId(), jobId: newId() } };
}

/** At the head of a queue that is not marked as busy, so that no worker takes it up by itself. */
function queuedJob({ jobId }: JobKey): QueuedJob {
  const rest = { work: 1, retried: [], cancelled: false, closing: true, cookieKey: "", folded: false, orphans: [] };
  return { jobId, createdAt: 0, documents: 1, before: { lists: {}, characters: 0 }, ...rest };
}

function completedJob({ chatbotId }: JobKey): Job {
  return { ...newJob(chatbotId, { createdAt: 0, documents: 1, shown: 0 }), state: "completed" };
}

test("a batch that one worker has sent is not changed by another that composes more at the same moment", async () => {
  await using training = await startTraining();
  const { deps, at } = newDeps(training);
  const { stores, blobs } = deps;
  const entryOf = (id: string): SourceEntry => ({ id, type: "website", name: id, characters: 0, revision: "", content: null });
  const crawled = async (item: number, text: string) => {
    const key = contentKey(at, newId());
    await blobs.put(key, Buffer.from(text));
    const entry = { ...entryOf(`page-${item}`), revision: revisionOf(text), content: { key } };
    const { chatbotId, jobId } = at;
    await writePage(deps, at, { chatbotId, jobId, item, outcome: "read", entry, previous: null, reason: "" });
  };
  await writeItems(
    blobs,
    at,
    [0, 1].map((item) => ({ action: "crawl", entry: entryOf(`page-${item}`) })),
  );
  const job = newJob(at.chatbotId, { createdAt: 0, documents: 2, shown: 0 });
  const stored = await stores.jobs.insert(at.tenant, at.jobId, job);
  const send = async () => {
    const open = await openJob(deps, at, job.cursor);
    return sendBatch(deps, at, { stored, open, knowledge: noKnowledge, identity: { tenant: at.tenant } });
  };

  await crawled(0, "Open at night.");
  expect(await send()).toBe("sent");
  // The other one has read the job before, and finds a page that has come since.
  await crawled(1, "A parcel takes two days.");
  await expect(send()).rejects.toMatchObject({ kind: "version_conflict" });

  const [sent] = (await stores.jobs.get(at.tenant, at.jobId))?.data.inFlight ?? [];
  const bytes = await blobs.get(sent?.key ?? "");
  const digest = createHash("sha256").update(bytes ?? "");
  expect(digest.digest("hex")).toBe(sent?.digest);
});

test("a source that a job got right is not called failed, though the job's end was cut off once and its blobs are gone", async () => {
  await using training = await startTraining();
  const { deps, at } = newDeps(training);
  const { stores, blobs } = deps;
  const entry: SourceEntry = { id: "right", type: "text", name: "text", characters: 0, revision: "", content: null };
  await writeItems(blobs, at, [{ action: "index", entry }]);
  const failures = ["right", "wrong"].map((id) => ({ id, name: id, type: "text" as const, reason: "An earlier job failed" }));
  const round = { ...newRound, failures };
  const knowledge = { ...noKnowledge, queue: [queuedJob(at)], failed: ["right", "wrong"], round };
  await stores.knowledge.insert(at.tenant, at.chatbotId, knowledge);

  const deleteAll = blobs.deleteAll.bind(blobs);
  vi.spyOn(blobs, "deleteAll").mockImplementationOnce(async (prefix) => {
    await deleteAll(prefix);
    throw new StoreError("unavailable", "the answer was lost");
  });
  await expect(retireJob(deps, at, completedJob(at))).rejects.toThrow("the answer was lost");
  await retireJob(deps, at, completedJob(at));

  const after = (await stores.knowledge.get(at.tenant, at.chatbotId))?.data;
  expect(after?.queue).toEqual([]);
  expect(after?.failed).toEqual(["wrong"]);
  expect(after?.round.failures.map(({ id }) => id)).toEqual(["wrong"]);
});

test("no page is left of a job whose end was cut off when it had left the queue", async () => {
  await using training = await startTraining();
  const { deps, at } = newDeps(training);
  const { knowledge } = deps.stores;
  const { chatbotId, jobId } = at;
  await writePage(deps, at, { chatbotId, jobId, item: 0, outcome: "failed", entry: null, previous: null, reason: "Gone" });
  await knowledge.insert(at.tenant, chatbotId, { ...noKnowledge, queue: [queuedJob(at)] });
  const replace = knowledge.replace.bind(knowledge);
  vi.spyOn(knowledge, "replace").mockImplementationOnce(async (...call) => {
    await replace(...call);
    throw new StoreError("unavailable", "the answer was lost");
  });
  await expect(retireJob(deps, at, completedJob(at))).rejects.toThrow("the answer was lost");
  expect((await knowledge.get(at.tenant, chatbotId))?.data.queue).toEqual([]);
  expect(await pagesOf(deps, at)).toEqual([]);
});
