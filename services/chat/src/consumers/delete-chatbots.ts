import { consumer, everyDocument, persistentRetry, type ConsumerDefinition } from "@parlance/platform";
import type { ChatContext } from "../context.ts";
import { markDeleted } from "../domain/mark-deleted.ts";

/** Deletes the chatbots of a deleted user, each as its owner would have; one that is just being created too, which gets no place any more. */
export function deleteChatbots(context: ChatContext): ConsumerDefinition {
  return consumer(
    "account.user.deleted.v1",
    async (_payload, event) => {
      for await (const { id } of everyDocument(context.chatbots, event.tenant, { limit: 100 }))
        await markDeleted(context, event, id);
    },
    { retry: persistentRetry },
  );
}
