import { AppError, identityOf, isId } from "@parlance/platform";
import type { ChatContext, Handler } from "../context.ts";
import { isTrainable } from "../domain/models.ts";
import { hasKnowledgeBase, settingsOf } from "../domain/stored-chatbot.ts";

export function lookUpChatbot(chat: ChatContext): Handler<"lookUpChatbot"> {
  return {
    async lookUpChatbot(request, context) {
      const { tenant } = identityOf(context);
      const stored = isId(request.chatbotId) ? await chat.chatbots.get(tenant, request.chatbotId) : undefined;
      if (stored === undefined || stored.data.state === "deleted") throw new AppError("CHATBOT_NOT_FOUND");
      const settings = settingsOf(stored);
      return {
        model: stored.data.model,
        trainable: isTrainable(stored.data.model),
        hasKnowledgeBase: hasKnowledgeBase(stored.data.model, settings),
        storeChat: settings.storeChat,
      };
    },
  };
}
