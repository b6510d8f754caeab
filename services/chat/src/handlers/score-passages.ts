import type { retrieval } from "@parlance/contracts";
import { callOptions } from "@parlance/platform";
import type { ChatContext, Handler } from "../context.ts";
import { baseModelNamed, needsLargeModels } from "../domain/models.ts";
import { requireFeatures } from "../domain/plan.ts";
import { requireKnowledge } from "../domain/require-knowledge.ts";
import { toPassage } from "../mappers.ts";

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

/** Callers are shown cosines, so they get the passages in that order and only those whose cosine says something. */
function byCosine(hits: readonly retrieval.Hit[]) {
  return hits
    .filter((hit) => hit.cosine > 0)
    .toSorted((a, b) => b.cosine - a.cosine)
    .map(toPassage);
}
