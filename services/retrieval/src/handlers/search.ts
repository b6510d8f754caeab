import { retrieval } from "@parlance/contracts";
import { AppError, identityOf } from "@parlance/platform";
import type { Handler, RetrievalContext } from "../context.ts";
import type { ScoredHit } from "../domain/search.ts";

const defaultLimit = 5;
const largestLimit = 50;

export function search({ searcher, ports }: RetrievalContext): Handler<"search"> {
  return {
    async search(request, context) {
      const limit = request.limit === 0 ? defaultLimit : request.limit;
      if (limit < 1 || limit > largestLimit) throw new AppError("INVALID_REQUEST", { message: "limit must be between 1 and 50" });
      const { tenant } = identityOf(context);
      const outcome = await searcher({ tenant, chatbotId: request.chatbotId }, request.query, { limit, signal: context.signal });
      return {
        hits: outcome.hits.map(toHit),
        generation: BigInt(outcome.generation),
        language: outcome.language,
        understoodQuery: outcome.understoodQuery,
        multilingual: ports.embedder.multilingual,
        wordSupport: outcome.wordSupport,
      };
    },
  };
}

const understandings = {
  not: retrieval.Understanding.NONE,
  roughly: retrieval.Understanding.ROUGH,
  well: retrieval.Understanding.FULL,
};

function toHit({ candidate, score, termShare, understanding }: ScoredHit) {
  const { payload } = candidate;
  return {
    chunkId: candidate.chunkId,
    documentId: candidate.documentId,
    revision: payload.revision,
    sourceName: payload.sourceName,
    sourceType: payload.sourceType,
    title: payload.title,
    text: payload.text,
    language: payload.language,
    english: payload.english,
    start: payload.start,
    cosine: candidate.cosine,
    score,
    termShare,
    understanding: understandings[understanding],
  };
}
