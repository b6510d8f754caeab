import { AppError, identityOf } from "@parlance/platform";
import type { Handler, RetrievalContext } from "../context.ts";

const mostChunkIds = 10_000;

export function inspectGenerations({ generations, ports }: RetrievalContext): Handler<"inspectGenerations"> {
  return {
    async inspectGenerations({ chatbotId, chunkIds }, context) {
      if (chunkIds.length > mostChunkIds)
        throw new AppError("INVALID_REQUEST", { message: `chunkIds must be at most ${mostChunkIds}` });
      const at = { tenant: identityOf(context).tenant, chatbotId };
      const state = await generations.get(at);
      const active = state?.active ?? 0;
      const asked = active > 0 && chunkIds.length > 0;
      const present = asked ? await ports.search.present(at, active, chunkIds) : new Set<string>();
      return {
        activeGeneration: BigInt(active),
        buildingJobId: state?.building?.jobId ?? "",
        buildingGeneration: BigInt(state?.building?.number ?? 0),
        absentChunkIds: chunkIds.filter((id) => !present.has(id)),
      };
    },
  };
}
