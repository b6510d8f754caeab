import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newJob } from "./job.ts";
import { noKnowledge, type QueuedJob } from "./knowledge.ts";
import { progressOf, shownBy } from "./progress.ts";

function queued(work: number): QueuedJob {
  return {
    jobId: "",
    createdAt: 0,
    documents: 1,
    work,
    before: { lists: {}, characters: 0 },
    retried: [],
    cancelled: false,
    cookieKey: "",
    folded: false,
    closing: false,
    orphans: [],
  };
}

describe("progress", () => {
  it("never falls within a round, whatever is added to it, and is 100 only when nothing is left", () => {
    const steps = fc.array(fc.record({ adds: fc.nat({ max: 1_000 }), does: fc.nat({ max: 300 }) }), { minLength: 1 });
    fc.assert(
      fc.property(steps, (steps) => {
        let knowledge = { ...noKnowledge, queue: [queued(100)] };
        let job = newJob("c", { createdAt: 0, documents: 1, shown: 0 });
        let before = 0;
        for (const { adds, does } of steps) {
          knowledge = { ...knowledge, queue: [...knowledge.queue, queued(adds)] };
          job = { ...job, done: Math.min(100, job.done + does) };
          job = { ...job, shown: shownBy(job, knowledge) };
          const now = progressOf(knowledge, job);
          expect(Number.isInteger(now) && now >= before && now < 100).toBe(true);
          before = now;
        }
        expect(progressOf({ ...knowledge, queue: [] }, undefined)).toBe(100);
      }),
    );
  });

  it("grows with the characters that are done", () => {
    const job = { ...newJob("c", { createdAt: 0, documents: 1, shown: 0 }), done: 50 };
    expect(shownBy(job, { ...noKnowledge, queue: [queued(100), queued(100)] })).toBe(25);
  });
});
