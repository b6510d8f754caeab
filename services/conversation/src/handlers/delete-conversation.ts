import { AppError, callOptions, changeDocument, identityOf, makeEvent } from "@parlance/platform";
import type { ConversationContext, Handler } from "../context.ts";
import { keyOf, visibleConversation } from "../domain/conversations.ts";

/**
 * Gone for everybody with one write, which erases the newest messages and carries the event. Pages with older ones are erased by that
 * event's consumer, which goes on after a crash.
 */
export function deleteConversation({ stores, clients, clock }: ConversationContext): Handler<"deleteConversation"> {
  return {
    async deleteConversation({ chatbotId, conversationId }, context) {
      const identity = identityOf(context);
      const { tenant } = identity;
      await clients.chatbots.lookUpChatbot({ chatbotId }, callOptions(context));
      const now = clock.now();
      const payload = { chatbotId, conversationId };
      const event = makeEvent("conversation.conversation.deleted.v1", { identity, key: conversationId, time: now, payload });
      const found = await visibleConversation(stores, tenant, { chatbotId, conversationId });
      if (found === undefined) throw new AppError("CONVERSATION_NOT_FOUND");
      await changeDocument(stores.conversations, { tenant, id: keyOf(chatbotId, conversationId) }, ({ data }) =>
        data.deletedAt === null
          ? { data: { ...data, messages: [], pages: [], turns: [], deletedAt: now }, events: [event] }
          : undefined,
      );
      return {};
    },
  };
}
