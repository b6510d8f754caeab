import type { ServiceImpl } from "@connectrpc/connect";
import type { chatbots } from "@parlance/contracts";
import { identityOf } from "@parlance/platform";
import type { Stored } from "@parlance/ports";
import type { ChatContext } from "../context.ts";
import { describeChatbots } from "../domain/describe-chatbots.ts";
import type { StoredChatbot } from "../domain/stored-chatbot.ts";

export function listChatbots(chat: ChatContext): Pick<ServiceImpl<typeof chatbots.ChatbotService>, "listChatbots"> {
  return {
    async listChatbots(_request, context) {
      const { tenant } = identityOf(context);
      const found: Stored<StoredChatbot>[] = [];
      let cursor: string | undefined;
      do {
        const page = await chat.chatbots.find(tenant, {
          where: { state: "active" },
          sort: { by: "createdAt", direction: "descending" },
          limit: 1_000,
          ...(cursor !== undefined && { cursor }),
        });
        found.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return { chatbots: await describeChatbots(chat, context, found) };
    },
  };
}
