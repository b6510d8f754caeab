import { AppError, identityOf } from "@parlance/platform";
import { isStoreError } from "@parlance/ports";
import type { Handler, RetrievalContext } from "../context.ts";

export function discardGeneration({ generations, ports, log }: RetrievalContext): Handler<"discardGeneration"> {
  return {
    async discardGeneration(request, context) {
      const at = { tenant: identityOf(context).tenant, chatbotId: request.chatbotId };
      const generation = Number(request.generation);
      const state = await generations.get(at);
      if (state === undefined || state.building?.jobId !== request.jobId) return {};
      if (state.building.number !== generation) throw new AppError("GENERATION_UNKNOWN");
      // The index first: when this is cut off, the generation is still marked as building and the repeated call ends it.
      await ports.search.discard(at, generation).catch((error: unknown) => {
        if (!isStoreError(error, "corrupt")) throw error;
        // What mends a damaged index makes all of it anew. A job that could not end until then would keep every later one waiting.
        log.error({ err: error, chatbotId: at.chatbotId, generation }, "generation left in a damaged index");
      });
      await generations.abandon(at, request.jobId);
      return {};
    },
  };
}
