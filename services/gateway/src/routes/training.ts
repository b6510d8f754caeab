import type { GatewayContext } from "../context.ts";
import { chatbotIdOf } from "../mappers/ids.ts";
import { toStartJob, toTrainingBody, toTrainingStatusBody } from "../mappers/training.ts";
import { route, type Route } from "../route.ts";
import { getTrainingStatus, retrainChatbot } from "../schemas/training.ts";

export function trainingRoutes({ clients, config }: GatewayContext): Route[] {
  const { ingestion } = clients;
  const timeoutMs = config.PARLANCE_TRAINING_CALL_TIMEOUT_MS;
  return [
    route(retrainChatbot, async ({ body, options }) => {
      const reply = await ingestion.startJob(toStartJob(body), options({ timeoutMs }));
      return toTrainingBody(body.chatbotId, reply);
    }),
    route(getTrainingStatus, async ({ params, options }) => {
      const reply = await ingestion.getTrainingStatus({ chatbotId: chatbotIdOf(params.chatbotId) }, options());
      return toTrainingStatusBody(reply);
    }),
  ];
}
