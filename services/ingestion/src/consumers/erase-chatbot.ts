import { consumer, persistentRetry, type ConsumerDefinition } from "@parlance/platform";
import type { IngestionContext } from "../context.ts";

export function eraseChatbot({ worker }: IngestionContext): ConsumerDefinition {
  return consumer("chat.chatbot.deleted.v1", ({ chatbotId }, event) => worker.erase({ tenant: event.tenant, chatbotId }), {
    retry: persistentRetry,
  });
}
