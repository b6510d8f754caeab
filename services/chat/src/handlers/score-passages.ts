import type { HandlerContext } from "@connectrpc/connect";
import type { chatbots, retrieval } from "@parlance/contracts";
import { AppError, callOptions, identityOf } from "@parlance/platform";
import type { ChatContext, Handler } from "../context.ts";
import { baseModelNamed, needsLargeModels } from "../domain/models.ts";
import { requireFeatures } from "../domain/plan.ts";
import { activeChatbot, hasKnowledgeBase, settingsOf } from "../domain/stored-chatbot.ts";

const mostPassages = 5;

export function scorePassages(chat: ChatContext): Handler<"scorePassages"> {
  return {
    async scorePassages(request, context) {
      const { chatbotId, messages } = request;
      const settings = await requireKnowledge(chat, context, chatbotId);
      if (request.baseModel !== undefined && needsLargeModels(baseModelNamed(request.baseModel))) {
        await requireFeatures(chat.clients, context, ["gpt4"]);
      }
      const baseModel = request.baseModel ?? settings.baseModel;
      const [embeddingText = ""] = await chat.readQuestion({ chatbotId, baseModel, messages }, context.signal);
      if (embeddingText === "") return { passages: [], embeddingText };
      const found = await chat.clients.retrieval.search(
        { chatbotId, query: embeddingText, limit: mostPassages },
        callOptions(context),
      );
      return { passages: byCosine(found.hits), embeddingText };
    },
  };
}

/**
 * The settings of a chatbot that answers from its knowledge.
 * @throws AppError CHATBOT_NOT_FOUND, or CHATBOT_WITHOUT_KNOWLEDGE where a custom backend answers.
 */
export async function requireKnowledge(
  chat: ChatContext,
  context: HandlerContext,
  chatbotId: string,
): Promise<chatbots.ChatbotSettings> {
  const stored = await activeChatbot(chat.chatbots, identityOf(context).tenant, chatbotId);
  const settings = settingsOf(stored);
  if (!hasKnowledgeBase(stored.data.model, settings)) throw new AppError("CHATBOT_WITHOUT_KNOWLEDGE");
  return settings;
}

/** Callers are shown cosines, so they get the passages in that order and only those whose cosine says something. */
function byCosine(hits: readonly retrieval.Hit[]) {
  return hits
    .filter((hit) => hit.cosine > 0)
    .toSorted((a, b) => b.cosine - a.cosine)
    .map(toPassage);
}

export function toPassage({ chunkId, sourceName, sourceType, title, text, cosine, score }: retrieval.Hit) {
  return { chunkId, sourceName, sourceType, title, text, cosine, score };
}
