import { identityOf } from "@parlance/platform";
import type { ConversationContext, Handler } from "../context.ts";
import { belongsToHumans, visibleConversation } from "../domain/conversations.ts";
import { toMessage } from "../mappers.ts";
import { requireConversationId } from "../requests.ts";

/** Reads the conversation's own document alone: it holds as much of the history as a model's window takes. */
export function beginTurn({ stores }: ConversationContext): Handler<"beginTurn"> {
  return {
    async beginTurn({ chatbotId, conversationId }, context) {
      const at = { chatbotId, conversationId: requireConversationId(conversationId) };
      const stored = await visibleConversation(stores, identityOf(context).tenant, at);
      if (stored === undefined) return {};
      return {
        history: stored.data.messages.map(toMessage),
        fence: BigInt(stored.data.fence),
        silentReason: belongsToHumans(stored.data) ? "live-chat" : "",
      };
    },
  };
}
