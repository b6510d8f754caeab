import { describe, expect, it } from "vitest";
import { counted, isWorkedOff, newJob, type BatchInFlight, type Job } from "./job.ts";

const nobody = (item: number) => ({ id: `d${item}`, name: "", type: "text" as const, reason: "" });

function inFlight(batch: number, items: readonly number[], restores = false): BatchInFlight {
  const parts = items.map((item) => ({ item, documentId: `d${item}`, revision: "", last: true, manifestKey: "" }));
  return { batch, key: "", parts, work: 10, restores, sentAt: 0 };
}

function running(batches: BatchInFlight[], over: Partial<Job> = {}): Job {
  const job = newJob("c", { createdAt: 0, documents: 3, shown: 0 });
  return { ...job, cursor: { item: 3, chunk: 0 }, nextBatch: 9, inFlight: batches, ...over };
}

describe("counted", () => {
  it("counts an answer once, however often it comes", () => {
    const once = counted(running([inFlight(0, [0, 1]), inFlight(1, [2])]), { batch: 0, failure: "" }, nobody);
    expect(once).toMatchObject({ endedDocuments: 2, done: 10 });
    expect(once?.inFlight.map(({ batch }) => batch)).toEqual([1]);
    expect(counted(once ?? running([]), { batch: 0, failure: "" }, nobody)).toBeUndefined();
  });

  it("ends every document of a batch that failed as failed, after its former chunks are brought back", () => {
    const failed = counted(running([inFlight(0, [0, 1])]), { batch: 0, failure: "why" }, nobody);
    expect(failed).toMatchObject({
      broken: [0, 1],
      failures: [
        { id: "d0", reason: "why" },
        { id: "d1", reason: "why" },
      ],
    });
    expect(failed !== undefined && isWorkedOff(failed)).toBe(false);
  });

  it("tells of a document once, though several of its batches fail, and sends no more of it", () => {
    const job = running([inFlight(0, [1]), inFlight(1, [1])], { cursor: { item: 1, chunk: 64 } });
    const first = counted(job, { batch: 1, failure: "why" }, nobody);
    expect(first?.cursor).toEqual({ item: 2, chunk: 0 });
    const second = counted(first ?? job, { batch: 0, failure: "why" }, nobody);
    expect(second?.failures).toHaveLength(1);
    expect(second?.broken).toEqual([1]);
  });

  it("gives the whole job up when what was known cannot be brought back", () => {
    const job = running([inFlight(5, [1], true)]);
    expect(counted(job, { batch: 5, failure: "why" }, nobody)).toMatchObject({ state: "stopping", stopsAs: "failed" });
    expect(counted(job, { batch: 5, failure: "" }, nobody)).toMatchObject({ state: "running", endedDocuments: 1 });
  });
});
