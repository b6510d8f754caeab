import { callOptions, type Identity } from "@parlance/platform";
import type { ChatContext } from "../context.ts";

/** A place that is not given back here is given back by the event of the deletion, so nobody waits long for it. */
const patienceMs = 1_000;

/**
 * Gives back the place that a deleted chatbot had in its owner's plan before the owner hears of the deletion, so that a chatbot can be
 * created in its stead at once.
 */
export async function giveBackPlace({ clients, log }: ChatContext, identity: Identity, chatbotId: string): Promise<void> {
  try {
    await clients.account.releaseChatbot({ chatbotId }, callOptions(identity, { timeoutMs: patienceMs }));
  } catch (error) {
    log.warn({ err: error, chatbotId }, "the place of a deleted chatbot is given back later");
  }
}
