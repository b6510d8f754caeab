import type { Scope } from "@parlance/ports";
import { appErrorFrom } from "./errors.ts";
import { callOptions } from "./identity.ts";
import type { Clients } from "./service.ts";

/** Whether a chatbot exists, for who has found something that belongs to it. */
export async function isKnownChatbot({ chatbots }: Pick<Clients, "chatbots">, { tenant, chatbotId }: Scope): Promise<boolean> {
  try {
    await chatbots.lookUpChatbot({ chatbotId }, callOptions({ tenant }));
    return true;
  } catch (error) {
    if (appErrorFrom(error).kind === "not_found") return false;
    throw error;
  }
}
