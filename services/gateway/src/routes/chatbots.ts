import type { GatewayContext } from "../context.ts";
import { toChatbotBody, toCreateChatbot } from "../mappers/chatbots.ts";
import { toUpdateChatbotSettings } from "../mappers/chatbot-settings.ts";
import { chatbotIdOf } from "../mappers/ids.ts";
import { toTrainingBody } from "../mappers/training.ts";
import { route, type Route } from "../route.ts";
import { createChatbot, deleteChatbot, getChatbot, listChatbots, updateChatbotSettings } from "../schemas/chatbots.ts";

export function chatbotRoutes({ clients, config }: GatewayContext): Route[] {
  const { chatbots } = clients;
  const timeoutMs = config.PARLANCE_TRAINING_CALL_TIMEOUT_MS;
  return [
    route(createChatbot, async ({ body, options }) => {
      const reply = await chatbots.createChatbot(toCreateChatbot(body), options({ timeoutMs }));
      return toTrainingBody(reply.chatbotId, reply);
    }),
    route(deleteChatbot, async ({ params, options }) => {
      await chatbots.deleteChatbot({ chatbotId: chatbotIdOf(params.chatbotId) }, options());
      return { status: "success" };
    }),
    route(listChatbots, async ({ options }) => {
      const reply = await chatbots.listChatbots({}, options());
      return { status: "success", chatbots: reply.chatbots.map(toChatbotBody) };
    }),
    route(getChatbot, async ({ params, options }) => {
      const reply = await chatbots.getChatbot({ chatbotId: chatbotIdOf(params.chatbotId) }, options());
      return { status: "success", chatbot: toChatbotBody(reply.chatbot) };
    }),
    route(updateChatbotSettings, async ({ body, options }) => {
      await chatbots.updateChatbotSettings(toUpdateChatbotSettings(body), options());
      return { status: "success" };
    }),
  ];
}
