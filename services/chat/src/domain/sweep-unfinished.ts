import { everyDocument } from "@parlance/platform";
import { everyTenant } from "@parlance/ports";
import type { ChatContext } from "../context.ts";
import { announceAgain, markDeleted } from "./mark-deleted.ts";

/** Longer than any creation takes. */
const abandonedAfterMs = 600_000;

/** Announces chatbots again whose deletion nobody has heard of. */
export async function announceUnheard(context: ChatContext): Promise<void> {
  for await (const { tenant, id } of olderOnes(context, "deleted")) await announceAgain(context, { tenant }, id);
}

/**
 * Deletes chatbots whose creation was cut off, now and every ten minutes: nobody was told their id, but they hold a place in their owner's plan.
 * Ends when the signal aborts; never throws.
 */
export async function sweepUnfinished(context: ChatContext, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const { tenant, id } of olderOnes(context, "creating")) await markDeleted(context, { tenant }, id);
    } catch (error) {
      if (!signal.aborted) context.log.warn({ err: error }, "chatbots whose creation was cut off could not be looked for");
    }
    await context.clock.sleep(abandonedAfterMs, signal).catch(() => undefined);
  }
}

function olderOnes({ chatbots, clock }: ChatContext, state: "creating" | "deleted") {
  const where = { state, createdAt: { lt: clock.now() - abandonedAfterMs } };
  return everyDocument(chatbots, everyTenant, { where, limit: 100 });
}
