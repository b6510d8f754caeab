import { consumer, persistentRetry, type ConsumerDefinition } from "@parlance/platform";
import type { AccountContext } from "../context.ts";
import { leavePlace } from "../domain/chatbot-places.ts";

/** A deleted chatbot's place becomes free even when the deletion was cut off before it said so. */
export function freePlace({ places }: Pick<AccountContext, "places">): ConsumerDefinition {
  return consumer(
    "chat.chatbot.deleted.v1",
    async ({ chatbotId }, event) => {
      await places.change(event.tenant, (data) => leavePlace(data, chatbotId));
    },
    { retry: persistentRetry },
  );
}
