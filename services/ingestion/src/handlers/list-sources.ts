import { callOptions } from "@parlance/platform";
import type { Handler, IngestionContext } from "../context.ts";
import { readSources } from "../domain/read-state.ts";
import { requireChatbot } from "../domain/require-chatbot.ts";
import { toSourceState } from "../mappers.ts";

export function listSources(service: IngestionContext): Handler<"listSources"> {
  return {
    async listSources(request, context) {
      const at = await requireChatbot(service, context, { chatbotId: request.chatbotId });
      const { plan } = await service.clients.account.getAccount({}, callOptions(context));
      return toSourceState({ ...(await readSources(service, at)), limit: Number(plan?.chatbotCharactersLimit ?? 0n) });
    },
  };
}
