import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@parlance/platform";
import { isStoreError } from "@parlance/ports";
import { adviceOn } from "./advice.ts";

export interface Patience {
  log: Logger;
  /** Ends the waiting with the signal's reason; what is being opened then is left to the end of the process. */
  signal?: AbortSignal | undefined;
}

const firstPauseMs = 500;
const longestPauseMs = 10_000;

/**
 * Does what needs a server, again and again for as long as the server is away or lets nobody in: where all is started at once a server comes up
 * later than who needs it, and its users and rights may be made later still. The log tells each time what is waited for.
 * @throws whatever waiting does not mend, such as StoreError `invalid`
 */
export async function untilThere<T>(work: () => Promise<T>, { log, signal = new AbortController().signal }: Patience): Promise<T> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await unlessAborted(work(), signal);
    } catch (error) {
      if (!isStoreError(error, "unavailable")) throw error;
      log.warn({ err: error, advice: adviceOn(error) }, "waiting for a server: nothing is served before it is there");
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason as Error);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
