import { consumer, persistentRetry, type ConsumerDefinition } from "@parlance/platform";
import type { ConversationContext } from "../context.ts";
import { eraseConversationsOf } from "../domain/erase.ts";

/** Erases all conversations of a deleted chatbot. Cut off and delivered again, it goes on with those that are left. */
export function eraseChatbot({ stores, clock }: Pick<ConversationContext, "stores" | "clock">): ConsumerDefinition {
  return consumer(
    "chat.chatbot.deleted.v1",
    async ({ chatbotId }, { tenant }, { signal }) => {
      await eraseConversationsOf(stores, { tenant, chatbotId, now: clock.now() }, signal);
    },
    { retry: persistentRetry },
  );
}
