import { consumer, persistentRetry, type ConsumerDefinition } from "@parlance/platform";
import type { RetrievalContext } from "../context.ts";

export function eraseChatbot({ generations, ports }: RetrievalContext): ConsumerDefinition {
  return consumer(
    "chat.chatbot.deleted.v1",
    async (deleted, event) => {
      const at = { tenant: event.tenant, chatbotId: deleted.chatbotId };
      // The state first: batches of a running job that arrive later find no generation to write to.
      await generations.erase(at);
      await ports.search.purge(at);
    },
    { retry: persistentRetry },
  );
}
