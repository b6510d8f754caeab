import { identityOf, isId } from "@parlance/platform";
import type { Handler, IngestionContext } from "../context.ts";
import { progressOf } from "../domain/progress.ts";
import { readState } from "../domain/read-state.ts";
import { toTimestamp } from "../mappers.ts";

/** Called for listings by whoever owns the chatbots, so it does not ask whether they exist. */
export function summarizeTraining(service: IngestionContext): Handler<"summarizeTraining"> {
  return {
    async summarizeTraining(request, context) {
      const { tenant } = identityOf(context);
      const summaries = await Promise.all(
        request.chatbotIds.map(async (chatbotId) => {
          if (!isId(chatbotId)) return { chatbotId, progress: 100 };
          const { knowledge, running } = await readState(service, { tenant, chatbotId });
          return { chatbotId, progress: progressOf(knowledge, running), lastTrainTime: toTimestamp(knowledge.lastTrainedAt) };
        }),
      );
      return { summaries };
    },
  };
}
