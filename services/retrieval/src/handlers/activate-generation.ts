import type { ServiceImpl } from "@connectrpc/connect";
import type { retrieval } from "@parlance/contracts";
import { identityOf } from "@parlance/platform";
import type { RetrievalContext } from "../context.ts";

export function activateGeneration({
  generations,
}: RetrievalContext): Pick<ServiceImpl<typeof retrieval.RetrievalService>, "activateGeneration"> {
  return {
    async activateGeneration(request, context) {
      const { tenant } = identityOf(context);
      const { chatbotId, jobId } = request;
      await generations.activate({ tenant, chatbotId }, { jobId, generation: Number(request.generation) });
      return {};
    },
  };
}
