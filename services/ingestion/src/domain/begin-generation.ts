import type { CallOptions } from "@connectrpc/connect";
import { appErrorFrom, callOptions, type Identity } from "@parlance/platform";
import type { IngestionDeps } from "./deps.ts";
import type { JobKey } from "./job-blobs.ts";
import { isEnded } from "./job.ts";

/**
 * The number of the generation that a job builds. A job that ended, or that nobody knows any more, does not hold it up: what such a job has left
 * begun is discarded.
 * @throws ConnectError GENERATION_BUSY while another job of the chatbot is under way
 */
export async function beginGeneration(deps: IngestionDeps, at: JobKey, identity: Identity): Promise<number> {
  const { retrieval } = deps.clients;
  const { chatbotId, jobId } = at;
  const options = callOptions(identity);
  const begin = async () => Number((await retrieval.beginGeneration({ chatbotId, jobId }, options)).generation);
  try {
    return await begin();
  } catch (error) {
    if (appErrorFrom(error).reason !== "GENERATION_BUSY" || !(await discardLeftOver(deps, at, options))) throw error;
  }
  return begin();
}

/** @returns false when the generation belongs to a job that is under way */
async function discardLeftOver({ clients, stores, log }: IngestionDeps, at: JobKey, options: CallOptions): Promise<boolean> {
  const { chatbotId } = at;
  const { buildingJobId: jobId, buildingGeneration: generation } = await clients.retrieval.inspectGenerations(
    { chatbotId },
    options,
  );
  if (jobId === "") return true;
  // A job is stored before it begins a generation, and ends it before it is stored as ended.
  const builder = (await stores.jobs.get(at.tenant, jobId))?.data;
  if (builder !== undefined && !isEnded(builder.state)) return false;
  await clients.retrieval.discardGeneration({ chatbotId, jobId, generation }, options);
  log.warn({ chatbotId, jobId }, "what an ended job had begun is discarded");
  return true;
}
