import { identityOf } from "@parlance/platform";
import type { Handler, RetrievalContext } from "../context.ts";

export function beginGeneration({ generations }: RetrievalContext): Handler<"beginGeneration"> {
  return {
    async beginGeneration(request, context) {
      const { tenant } = identityOf(context);
      const generation = await generations.begin({ tenant, chatbotId: request.chatbotId }, request.jobId);
      return { generation: BigInt(generation) };
    },
  };
}
