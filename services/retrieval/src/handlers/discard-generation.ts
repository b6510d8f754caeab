import type { ServiceImpl } from "@connectrpc/connect";
import type { retrieval } from "@parlance/contracts";
import { AppError, identityOf } from "@parlance/platform";
import type { RetrievalContext } from "../context.ts";

export function discardGeneration({
  generations,
  ports,
}: RetrievalContext): Pick<ServiceImpl<typeof retrieval.RetrievalService>, "discardGeneration"> {
  return {
    async discardGeneration(request, context) {
      const at = { tenant: identityOf(context).tenant, chatbotId: request.chatbotId };
      const generation = Number(request.generation);
      const state = await generations.get(at);
      if (state === undefined || state.building?.jobId !== request.jobId) return {};
      if (state.building.number !== generation) throw new AppError("GENERATION_UNKNOWN");
      // The index first: when this is cut off, the generation is still marked as building and the repeated call ends it.
      await ports.search.discard(at, generation);
      await generations.abandon(at, request.jobId);
      return {};
    },
  };
}
