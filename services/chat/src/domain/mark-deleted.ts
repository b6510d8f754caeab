import { changeDocument, makeEvent, type Identity } from "@parlance/platform";
import type { ChatContext } from "../context.ts";

/**
 * Makes a chatbot vanish for its owner and announces it, in one write. What belonged to it is erased by whoever holds it; the record
 * itself stays until this service has handled the event, so that a crash in between loses nothing.
 * @returns whether there was a chatbot to delete
 */
export async function markDeleted(context: ChatContext, identity: Identity, chatbotId: string): Promise<boolean> {
  let found = false;
  await changeDocument(context.chatbots, { tenant: identity.tenant, id: chatbotId }, ({ data }) => {
    found = data.state !== "deleted";
    if (!found) return undefined;
    const event = makeEvent("chat.chatbot.deleted.v1", {
      identity,
      key: chatbotId,
      time: context.clock.now(),
      payload: { chatbotId },
    });
    return { data: { ...data, state: "deleted" as const }, events: [event] };
  });
  return found;
}
