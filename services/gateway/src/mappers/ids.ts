import { AppError, isId } from "@parlance/platform";
import { conversationIdForm } from "../schemas/answers.ts";

/**
 * A chatbot's id, on its way to a service. One of the wrong form can name nothing, and is not passed on.
 * @throws AppError CHATBOT_NOT_FOUND, as for an unknown one
 */
export function chatbotIdOf(given: string): string {
  if (!isId(given)) throw new AppError("CHATBOT_NOT_FOUND");
  return given;
}

/** As {@link chatbotIdOf}, for conversations. */
export function conversationIdOf(given: string): string {
  if (!conversationIdForm.test(given)) throw new AppError("CONVERSATION_NOT_FOUND");
  return given;
}
