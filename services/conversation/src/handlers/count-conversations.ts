import { AppError, identityOf, isId } from "@parlance/platform";
import type { ConversationContext, Handler } from "../context.ts";

const mostChatbots = 1_000;

export function countConversations({ stores }: ConversationContext): Handler<"countConversations"> {
  return {
    async countConversations({ chatbotIds }, context) {
      const { tenant } = identityOf(context);
      if (chatbotIds.length > mostChatbots) {
        throw new AppError("INVALID_REQUEST", { message: `chatbotIds must have at most ${mostChatbots} items` });
      }
      const counted = await Promise.all(
        [...new Set(chatbotIds)].filter(isId).map(async (chatbotId) => {
          const count = await stores.conversations.count(tenant, { chatbotId, deletedAt: null });
          return [chatbotId, BigInt(count)] as const;
        }),
      );
      return { conversations: Object.fromEntries(counted) };
    },
  };
}
