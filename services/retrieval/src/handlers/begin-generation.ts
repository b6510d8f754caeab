import type { ServiceImpl } from "@connectrpc/connect";
import type { retrieval } from "@parlance/contracts";
import { identityOf } from "@parlance/platform";
import type { RetrievalContext } from "../context.ts";

export function beginGeneration({
  generations,
}: RetrievalContext): Pick<ServiceImpl<typeof retrieval.RetrievalService>, "beginGeneration"> {
  return {
    async beginGeneration(request, context) {
      const { tenant } = identityOf(context);
      const generation = await generations.begin({ tenant, chatbotId: request.chatbotId }, request.jobId);
      return { generation: BigInt(generation) };
    },
  };
}
