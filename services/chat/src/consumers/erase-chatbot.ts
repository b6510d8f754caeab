import { consumer, persistentRetry, type ConsumerDefinition } from "@parlance/platform";
import type { ChatContext } from "../context.ts";

/** Forgets the record of a deleted chatbot; its place, conversations, knowledge and files are given up by their owners. */
export function eraseChatbot({ chatbots }: ChatContext): ConsumerDefinition {
  return consumer(
    "chat.chatbot.deleted.v1",
    async ({ chatbotId }, event) => {
      await chatbots.delete(event.tenant, chatbotId);
    },
    { retry: persistentRetry },
  );
}
