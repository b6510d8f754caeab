import type { Job } from "./job.ts";
import { livingJobs, type Knowledge } from "./knowledge.ts";

/** Progress that a running job shows from now on: what is done of the round's work, 0 to 99, and never less than it showed before. */
export function shownBy(job: Job, knowledge: Knowledge): number {
  const all = knowledge.round.done + livingJobs(knowledge).reduce((sum, queued) => sum + queued.work, 0);
  // What a page will cost is not known beforehand, so a job may do more than its share.
  const done = knowledge.round.done + Math.min(job.done, knowledge.queue[0]?.work ?? 0);
  const reached = all === 0 ? 0 : Math.floor((100 * done) / all);
  return Math.max(job.shown, knowledge.round.shown, Math.min(99, reached));
}

/** 0 to 100; 100 when nothing is queued or running. `running` is the first job of the queue, if it has begun. */
export function progressOf(knowledge: Knowledge, running: Job | undefined): number {
  if (livingJobs(knowledge).length === 0) return 100;
  return Math.max(knowledge.round.shown, running?.shown ?? 0);
}
