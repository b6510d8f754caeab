import { callOptions, consumer, type ConsumerDefinition } from "@parlance/platform";
import type { ChatContext } from "../context.ts";

/** Gives the chatbot's place in the plan back and forgets its record; conversations, knowledge and files are erased by their owners. */
export function eraseChatbot({ chatbots, clients }: ChatContext): ConsumerDefinition {
  return consumer("chat.chatbot.deleted.v1", async ({ chatbotId }, event, { signal }) => {
    await clients.account.releaseChatbot({ chatbotId }, callOptions(event, { signal }));
    await chatbots.delete(event.tenant, chatbotId);
  });
}
