import type { HandlerContext } from "@connectrpc/connect";
import { AppError, callOptions, identityOf, isId } from "@parlance/platform";
import type { IngestionDeps } from "./deps.ts";
import type { ChatbotKey } from "./stores.ts";

/** @throws AppError CHATBOT_NOT_FOUND for a malformed, unknown or foreign id; CHATBOT_NOT_TRAINABLE where training is asked of a model that has none. */
export async function requireChatbot(
  { clients }: Pick<IngestionDeps, "clients">,
  context: HandlerContext,
  asked: { chatbotId: string; trainable?: boolean },
): Promise<ChatbotKey> {
  const { chatbotId, trainable = false } = asked;
  if (!isId(chatbotId)) throw new AppError("CHATBOT_NOT_FOUND");
  const chatbot = await clients.chatbots.lookUpChatbot({ chatbotId }, callOptions(context));
  if (trainable && !chatbot.trainable) throw new AppError("CHATBOT_NOT_TRAINABLE");
  return { tenant: identityOf(context).tenant, chatbotId };
}
