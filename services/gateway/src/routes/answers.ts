import type { GatewayContext } from "../context.ts";
import { toQueryKnowledge, toScoreBody, toScorePassages, toSnippets } from "../mappers/answers.ts";
import { chatbotIdOf } from "../mappers/ids.ts";
import { onDisconnect } from "../middleware/disconnect.ts";
import { route, type Route } from "../route.ts";
import { getConfidenceScore, queryKnowledgeBase } from "../schemas/answers.ts";

export function answerRoutes({ clients, config }: GatewayContext): Route[] {
  const { answering } = clients;
  // A model may take part in finding passages, so these calls get more time than others.
  const timeoutMs = config.PARLANCE_QUERY_TIMEOUT_MS;
  return [
    route(getConfidenceScore, async ({ body, options, res }) => {
      const reply = await answering.scorePassages(toScorePassages(body), options({ timeoutMs, signal: onDisconnect(res) }));
      return toScoreBody(reply);
    }),
    route(queryKnowledgeBase, async ({ params, body, options, res }) => {
      const request = toQueryKnowledge(chatbotIdOf(params.chatbotId), body);
      const reply = await answering.queryKnowledge(request, options({ timeoutMs, signal: onDisconnect(res) }));
      return toSnippets(reply);
    }),
  ];
}
