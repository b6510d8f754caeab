import { consumer, persistentRetry, type ConsumerDefinition } from "@parlance/platform";
import type { ConversationContext } from "../context.ts";
import { keyOf } from "../domain/conversations.ts";
import { finishDeletion as finish } from "../domain/erase.ts";

/** Erases what a deleted conversation left. One that lives under the same id again began after that was done. */
export function finishDeletion({ stores }: Pick<ConversationContext, "stores">): ConsumerDefinition {
  return consumer(
    "conversation.conversation.deleted.v1",
    async ({ chatbotId, conversationId }, { tenant }) => {
      const stored = await stores.conversations.get(tenant, keyOf(chatbotId, conversationId));
      if (stored !== undefined && stored.data.deletedAt !== null) await finish(stores, stored);
    },
    { retry: persistentRetry },
  );
}
