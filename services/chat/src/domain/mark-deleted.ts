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
    return found
      ? { data: { ...data, state: "deleted" as const }, events: [deletedEvent(context, identity, chatbotId)] }
      : undefined;
  });
  return found;
}

/** Announces a deletion once more whose event may be lost, as with its topic, unless it has been handled meanwhile. */
export async function announceAgain(context: ChatContext, identity: Identity, chatbotId: string): Promise<void> {
  await changeDocument(context.chatbots, { tenant: identity.tenant, id: chatbotId }, ({ data }) =>
    data.state === "deleted" ? { data, events: [deletedEvent(context, identity, chatbotId)] } : undefined,
  );
}

function deletedEvent({ clock }: ChatContext, identity: Identity, chatbotId: string) {
  return makeEvent("chat.chatbot.deleted.v1", { identity, key: chatbotId, time: clock.now(), payload: { chatbotId } });
}
