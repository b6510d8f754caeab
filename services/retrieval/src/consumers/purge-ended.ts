import { consumer, type ConsumerDefinition } from "@parlance/platform";
import type { RetrievalContext } from "../context.ts";

/**
 * Erases chunks that ended before the generation that was active until now. The one before the active stays whole: searches that began in
 * it may still be running, and it is what a rollback returns to. Notes whether any are left, so that their loss is noticed.
 */
export function purgeEnded({ generations, ports }: RetrievalContext): ConsumerDefinition {
  return consumer("ingestion.job.completed.v1", async (completed, event) => {
    const at = { tenant: event.tenant, chatbotId: completed.chatbotId };
    const active = (await generations.get(at))?.active ?? 0;
    if (active === 0) return;
    if (active > 1) await ports.search.purge(at, active - 1);
    const { chunkCount } = await ports.search.search(at, { generation: active, terms: [], candidates: 1 });
    if (chunkCount > 0) await generations.noteChunks(at, active);
  });
}
