import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ingestion } from "@parlance/contracts";
import type { Handler, IngestionContext } from "../context.ts";
import type { Job } from "../domain/job.ts";
import { livingJobs, type Failure, type Knowledge } from "../domain/knowledge.ts";
import { progressOf } from "../domain/progress.ts";
import { readState } from "../domain/read-state.ts";
import { requireChatbot } from "../domain/require-chatbot.ts";
import type { ChatbotKey } from "../domain/stores.ts";
import { toTimestamp } from "../mappers.ts";

const jobsShown = 20;

export function getTrainingStatus(service: IngestionContext): Handler<"getTrainingStatus"> {
  return {
    async getTrainingStatus(request, context) {
      const at = await requireChatbot(service, context, { chatbotId: request.chatbotId });
      const { knowledge, running } = await readState(service, at);
      return {
        progress: progressOf(knowledge, running),
        failedSources: failuresOf(knowledge, running).map(({ name, type, reason }) => ({ name, type, reason })),
        lastTrainTime: toTimestamp(knowledge.lastTrainedAt),
        jobs: await jobsOf(service, at, knowledge),
      };
    },
  };
}

/** Of the present round, or of the last one when nothing is under way. */
function failuresOf(knowledge: Knowledge, running: Job | undefined): Failure[] {
  const all = [...knowledge.round.failures, ...(running?.failures ?? [])];
  return [...new Map(all.map((failure) => [failure.id, failure])).values()];
}

/** Newest first: those that wait, then those that have begun. */
async function jobsOf({ stores }: IngestionContext, at: ChatbotKey, knowledge: Knowledge) {
  const { items } = await stores.jobs.find(at.tenant, {
    where: { chatbotId: at.chatbotId },
    sort: { by: "createdAt", direction: "descending" },
    limit: jobsShown,
  });
  const begun = new Set(items.map(({ id }) => id));
  const waiting = livingJobs(knowledge).filter(({ jobId }) => !begun.has(jobId));
  const jobs: MessageInitShape<typeof ingestion.JobSchema>[] = waiting.reverse().map((job) => ({
    jobId: job.jobId,
    state: "queued",
    documents: job.documents,
    endedDocuments: 0,
    createTime: toTimestamp(job.createdAt),
  }));
  return [...jobs, ...items.map(({ id, data }) => toJob(id, data))];
}

function toJob(jobId: string, job: Job): MessageInitShape<typeof ingestion.JobSchema> {
  return {
    jobId,
    state: job.state === "stopping" ? "running" : job.state,
    documents: job.documents,
    endedDocuments: Math.min(job.endedDocuments, job.documents),
    createTime: toTimestamp(job.createdAt),
    endTime: toTimestamp(job.endedAt),
  };
}
