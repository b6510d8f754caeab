import { changeDocument, identityOf, isId } from "@parlance/platform";
import type { Handler, IngestionContext } from "../context.ts";
import { startedEvent } from "../domain/charge.ts";
import type { Knowledge, QueuedJob } from "../domain/knowledge.ts";

export function cancelJobs(service: IngestionContext): Handler<"cancelJobs"> {
  return {
    async cancelJobs({ chatbotId }, context) {
      const identity = identityOf(context);
      if (!isId(chatbotId)) return {};
      const at = { tenant: identity.tenant, chatbotId };
      await changeDocument(service.stores.knowledge, { tenant: at.tenant, id: chatbotId }, ({ data }) => {
        const first = cancellable(data)[0];
        if (first === undefined)
          return data.pending === null ? undefined : { data: { ...data, pending: null, busy: data.queue.length > 0 } };
        const events = [startedEvent(at, { jobId: first.jobId, identity, now: service.clock.now() })];
        return { data: cancelled(data, first), events };
      });
      return {};
    },
  };
}

function cancellable(data: Knowledge): QueuedJob[] {
  return data.queue.filter((job) => !job.cancelled && !job.closing);
}

/** The sources return to what they were before the first of the jobs; the worker undoes what that one wrote. */
function cancelled(data: Knowledge, first: QueuedJob): Knowledge {
  const last = data.queue.length - 1;
  const orphans = [...Object.values(data.lists), ...Object.values(data.pending?.lists ?? {})];
  const queue = data.queue.map((job, i) => {
    const withOrphans = i === last ? { ...job, orphans: [...job.orphans, ...orphans] } : job;
    return job.closing ? withOrphans : { ...withOrphans, cancelled: true };
  });
  return {
    ...data,
    pending: null,
    lists: first.before.lists,
    characters: first.before.characters,
    failed: [...new Set([...data.failed, ...cancellable(data).flatMap((job) => job.retried)])],
    queue,
  };
}
