import type { GatewayContext } from "../context.ts";
import { chatbotIdOf, conversationIdOf } from "../mappers/ids.ts";
import { toConversationBody, toDeleteConversation, toGetConversation, toListConversations } from "../mappers/conversations.ts";
import { readConversations, readMessages } from "../conversation-pages.ts";
import { sendPages } from "../http/send-pages.ts";
import { validate } from "../middleware/validate.ts";
import { route, sent, type Route } from "../route.ts";
import { conversationToDelete, deleteConversation, getConversation, listConversations } from "../schemas/conversations.ts";

export function conversationRoutes({ clients, config }: GatewayContext): Route[] {
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
    route(listConversations, async ({ params, query, options, res }) => {
      const request = toListConversations(chatbotIdOf(params.chatbotId), query);
      const { total, conversations } = await readConversations(conversation, request, options);
      await sendPages(res, { total, conversations }, config.PARLANCE_SLOW_READER_TIMEOUT_MS);
      return sent;
    }),
    route(getConversation, async ({ params, query, options }) => {
      const request = toGetConversation(conversationIdOf(params.conversationId), query.chatbotId);
      const reply = await conversation.getConversation(request, options());
      const messages = await readMessages(conversation, reply.conversation, options);
      return { status: "success", conversation: toConversationBody(reply.conversation, messages) };
    }),
  ];
}
