import { consumer, persistentRetry, type ConsumerDefinition } from "@parlance/platform";
import type { ChatContext } from "../context.ts";
import { markDeleted } from "../domain/mark-deleted.ts";

const pageSize = 100;

/** Deletes the chatbots of a deleted user, each as its owner would have; one that is just being created too, which gets no place any more. */
export function deleteChatbots(context: ChatContext): ConsumerDefinition {
  return consumer(
    "account.user.deleted.v1",
    async (_payload, event) => {
      let cursor: string | undefined;
      do {
        const page = await context.chatbots.find(event.tenant, { limit: pageSize, ...(cursor !== undefined && { cursor }) });
        for (const { id } of page.items) await markDeleted(context, event, id);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
    },
    { retry: persistentRetry },
  );
}
