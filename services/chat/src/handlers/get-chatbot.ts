import { identityOf } from "@parlance/platform";
import type { ChatContext, Handler } from "../context.ts";
import { describeChatbots } from "../domain/describe-chatbots.ts";
import { activeChatbot } from "../domain/stored-chatbot.ts";

export function getChatbot(chat: ChatContext): Handler<"getChatbot"> {
  return {
    async getChatbot(request, context) {
      const stored = await activeChatbot(chat.chatbots, identityOf(context).tenant, request.chatbotId);
      const [chatbot] = await describeChatbots(chat, context, [stored]);
      return { chatbot };
    },
  };
}
