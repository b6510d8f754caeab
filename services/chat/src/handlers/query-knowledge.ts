import { callOptions } from "@parlance/platform";
import type { ChatContext, Handler } from "../context.ts";
import { requireKnowledge } from "../domain/require-knowledge.ts";
import { toPassage } from "../mappers.ts";

export function queryKnowledge(chat: ChatContext): Handler<"queryKnowledge"> {
  return {
    async queryKnowledge(request, context) {
      await requireKnowledge(chat, context, request.chatbotId);
      const found = await chat.clients.retrieval.search(
        { chatbotId: request.chatbotId, query: request.query.trim(), limit: request.count },
        callOptions(context),
      );
      // By the fused score: a cosine alone would put the best passage of a language that the model does not know anywhere.
      return { passages: found.hits.map(toPassage) };
    },
  };
}
