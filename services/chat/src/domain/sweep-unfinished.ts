import { everyTenant } from "@parlance/ports";
import type { ChatContext } from "../context.ts";
import { markDeleted } from "./mark-deleted.ts";

/** Longer than any creation takes. */
const abandonedAfterMs = 600_000;

/** Deletes chatbots whose creation was cut off: nobody was told their id, but they hold a place in their owner's plan. */
export async function sweepUnfinished(context: ChatContext): Promise<void> {
  const before = context.clock.now() - abandonedAfterMs;
  for (;;) {
    const page = await context.chatbots.find(everyTenant, { where: { state: "creating", createdAt: { lt: before } }, limit: 100 });
    for (const chatbot of page.items) await markDeleted(context, { tenant: chatbot.tenant }, chatbot.id);
    if (page.nextCursor === undefined) return;
  }
}
