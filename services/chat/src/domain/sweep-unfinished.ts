import { everyDocument } from "@parlance/platform";
import { everyTenant } from "@parlance/ports";
import type { ChatContext } from "../context.ts";
import { announceAgain, markDeleted } from "./mark-deleted.ts";

/** Longer than any creation takes. */
const abandonedAfterMs = 600_000;

/**
 * Deletes chatbots whose creation was cut off: nobody was told their id, but they hold a place in their owner's plan. And announces those again
 * whose deletion nobody has heard of.
 */
export async function sweepUnfinished(context: ChatContext): Promise<void> {
  const before = context.clock.now() - abandonedAfterMs;
  const abandoned = { where: { state: "creating", createdAt: { lt: before } }, limit: 100 };
  for await (const { tenant, id } of everyDocument(context.chatbots, everyTenant, abandoned))
    await markDeleted(context, { tenant }, id);
  const unheard = { where: { state: "deleted", createdAt: { lt: before } }, limit: 100 };
  for await (const { tenant, id } of everyDocument(context.chatbots, everyTenant, unheard))
    await announceAgain(context, { tenant }, id);
}
