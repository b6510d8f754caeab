import type { GatewayContext } from "../context.ts";
import { chatbotIdOf, conversationIdOf } from "../mappers/ids.ts";
import { toConversationBody, toDeleteConversation, toGetConversation, toListConversations } from "../mappers/conversations.ts";
import { validate } from "../middleware/validate.ts";
import { route, type Route } from "../route.ts";
import { conversationToDelete, deleteConversation, getConversation, listConversations } from "../schemas/conversations.ts";

export function conversationRoutes({ clients }: GatewayContext): Route[] {
  const { conversation } = clients;
  return [
    route(deleteConversation, async ({ query, body, options }) => {
      // Both places are allowed, and the query string wins.
      const given = validate(conversationToDelete, {
        chatbotId: query.chatbotId || body.chatbotId,
        conversationId: query.conversationId || body.conversationId,
      });
      await conversation.deleteConversation(toDeleteConversation(given), options());
      return { status: "success", message: "Conversation deleted successfully." };
    }),
    route(listConversations, async ({ params, query, options }) => {
      const request = toListConversations(chatbotIdOf(params.chatbotId), query);
      const reply = await conversation.listConversations(request, options());
      return { status: "success", conversations: reply.conversations.map(toConversationBody), total: Number(reply.total) };
    }),
    route(getConversation, async ({ params, query, options }) => {
      const request = toGetConversation(conversationIdOf(params.conversationId), query.chatbotId);
      const reply = await conversation.getConversation(request, options());
      return { status: "success", conversation: toConversationBody(reply.conversation) };
    }),
  ];
}
