import { everyDocument } from "@parlance/platform";
import { everyTenant } from "@parlance/ports";
import type { IngestionDeps } from "./deps.ts";
import type { TrainingWorker } from "./training-worker.ts";

/**
 * Goes through all chatbots with unfinished work, at once and then every minute: what a crash, a lost event or a service that was away too
 * long has left behind goes on without anybody's doing. Ends when the signal aborts; never throws.
 */
export async function keepGoing(
  deps: IngestionDeps,
  worker: TrainingWorker,
  options: { everyMs: number; signal: AbortSignal },
): Promise<void> {
  const { stores, log, clock } = deps;
  while (!options.signal.aborted) {
    try {
      for await (const { tenant, id: chatbotId } of everyDocument(stores.knowledge, everyTenant, {
        where: { busy: true },
        limit: 100,
      })) {
        if (options.signal.aborted) return;
        await worker.revive({ tenant, chatbotId }, { tenant }).catch((error: unknown) => {
          log.warn({ err: error, chatbotId }, "training is held up");
        });
      }
    } catch (error) {
      if (!options.signal.aborted) log.warn({ err: error }, "unfinished training could not be looked for");
    }
    await clock.sleep(options.everyMs, options.signal).catch(() => undefined);
  }
}
