import { consumer, type ConsumerDefinition } from "@parlance/platform";
import type { RetrievalContext } from "../context.ts";

/**
 * Erases chunks that ended before the generation that was active until now. The one before the active stays whole: searches that began in
 * it may still be running, and it is what a rollback returns to.
 */
export function purgeEnded({ generations, ports }: RetrievalContext): ConsumerDefinition {
  return consumer("ingestion.job.completed.v1", async (completed, event) => {
    const at = { tenant: event.tenant, chatbotId: completed.chatbotId };
    const state = await generations.get(at);
    if (state !== undefined && state.active > 1) await ports.search.purge(at, state.active - 1);
  });
}
