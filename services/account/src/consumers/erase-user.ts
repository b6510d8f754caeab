import { consumer, persistentRetry, type ConsumerDefinition } from "@parlance/platform";
import type { AccountContext } from "../context.ts";

/** Erases a deleted user's keys and what was counted; the chatbots are deleted by their owner. */
export function eraseUser(context: Pick<AccountContext, "keys" | "credits" | "characters" | "places">): ConsumerDefinition {
  const { keys, credits, characters, places } = context;
  return consumer(
    "account.user.deleted.v1",
    async ({ userId }, event) => {
      await keys.erase(userId);
      for (const ledger of [credits, characters, places]) await ledger.erase(event.tenant);
    },
    { retry: persistentRetry },
  );
}
