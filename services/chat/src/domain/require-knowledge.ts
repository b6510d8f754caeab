import type { HandlerContext } from "@connectrpc/connect";
import type { chatbots } from "@parlance/contracts";
import { AppError, identityOf } from "@parlance/platform";
import type { ChatContext } from "../context.ts";
import { activeChatbot, hasKnowledgeBase, settingsOf } from "./stored-chatbot.ts";

/**
 * The settings of a chatbot that answers from its knowledge.
 * @throws AppError CHATBOT_NOT_FOUND, or CHATBOT_WITHOUT_KNOWLEDGE where a custom backend answers.
 */
export async function requireKnowledge(
  chat: ChatContext,
  context: HandlerContext,
  chatbotId: string,
): Promise<chatbots.ChatbotSettings> {
  const stored = await activeChatbot(chat.chatbots, identityOf(context).tenant, chatbotId);
  const settings = settingsOf(stored);
  if (!hasKnowledgeBase(stored.data.model, settings)) throw new AppError("CHATBOT_WITHOUT_KNOWLEDGE");
  return settings;
}
