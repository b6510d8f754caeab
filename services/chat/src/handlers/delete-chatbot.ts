import { AppError, identityOf } from "@parlance/platform";
import type { ChatContext, Handler } from "../context.ts";
import { giveBackPlace } from "../domain/give-back-place.ts";
import { markDeleted } from "../domain/mark-deleted.ts";
import { activeChatbot } from "../domain/stored-chatbot.ts";

export function deleteChatbot(chat: ChatContext): Handler<"deleteChatbot"> {
  return {
    async deleteChatbot(request, context) {
      const identity = identityOf(context);
      const stored = await activeChatbot(chat.chatbots, identity.tenant, request.chatbotId);
      if (!(await markDeleted(chat, identity, stored.id))) throw new AppError("CHATBOT_NOT_FOUND");
      await giveBackPlace(chat, identity, stored.id);
      return {};
    },
  };
}
