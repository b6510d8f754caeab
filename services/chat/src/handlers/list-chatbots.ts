import { everyDocument, identityOf } from "@parlance/platform";
import type { ChatContext, Handler } from "../context.ts";
import { describeChatbots } from "../domain/describe-chatbots.ts";

export function listChatbots(chat: ChatContext): Handler<"listChatbots"> {
  return {
    async listChatbots(_request, context) {
      const { tenant } = identityOf(context);
      const active = everyDocument(chat.chatbots, tenant, {
        where: { state: "active" },
        sort: { by: "createdAt", direction: "descending" },
        limit: 1_000,
      });
      return { chatbots: await describeChatbots(chat, context, await Array.fromAsync(active)) };
    },
  };
}
