import { identityOf } from "@parlance/platform";
import type { Handler, RetrievalContext } from "../context.ts";

export function activateGeneration({ generations }: RetrievalContext): Handler<"activateGeneration"> {
  return {
    async activateGeneration(request, context) {
      const { tenant } = identityOf(context);
      const { chatbotId, jobId } = request;
      await generations.activate({ tenant, chatbotId }, { jobId, generation: Number(request.generation) });
      return {};
    },
  };
}
