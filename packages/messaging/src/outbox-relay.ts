import { isStoreError, type EventBus, type Outbox } from "@parlance/ports";
import { systemClock, type Clock } from "./clock.ts";
import { errorText, type MessagingLog } from "./log.ts";

export interface OutboxRelayOptions {
  outbox: Outbox;
  bus: Pick<EventBus, "publish">;
  log: MessagingLog;
  clock?: Clock;
  /** Events published at once. Default 200. */
  batchSize?: number;
  /** Wait between two looks at an outbox that told of nothing, in milliseconds. Default 5,000. */
  idleMs?: number;
  /** Wait after a failure in milliseconds; doubles with each further one up to `maxDelayMs`. Defaults 100 and 10,000. */
  firstDelayMs?: number;
  maxDelayMs?: number;
  /** Called with each failure that no further look mends, because what is read or written is damaged. */
  onDamaged?: (error: Error) => void;
}

export interface OutboxRelay {
  /** Publishes what is pending, unless the bus or the store fails, and ends. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Carries events from a store's outbox to the bus: one batch at a time, in the outbox's order, cleared after the bus has them. An event
 * is published again when the process ends between the two, so delivery is at least once.
 */
export function startOutboxRelay(options: OutboxRelayOptions): OutboxRelay {
  const stopping = new AbortController();
  const bell = new Bell();
  const unsubscribe = options.outbox.onWritten(() => bell.ring());
  const running = relay(options, bell, stopping.signal).finally(unsubscribe);
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

async function relay(options: OutboxRelayOptions, bell: Bell, stopping: AbortSignal): Promise<void> {
  const { log, clock = systemClock, idleMs = 5000, firstDelayMs = 100, maxDelayMs = 10_000 } = options;
  let failures = 0;
  for (;;) {
    // What is written from here on rings again, so no write falls between the look and the wait.
    bell.reset();
    const last = stopping.aborted;
    try {
      const carried = await carryBatch(options);
      if (failures > 0) log.info({ failures }, "outbox relay works again");
      failures = 0;
      if (carried > 0) continue;
      if (last) return;
      await bell.wait(clock, idleMs, stopping);
    } catch (error) {
      if (last) {
        log.warn({ reason: errorText(error) }, "outbox relay ends with events pending");
        return;
      }
      if (isStoreError(error, "corrupt")) options.onDamaged?.(error);
      const delayMs = Math.min(firstDelayMs * 2 ** failures, maxDelayMs);
      failures += 1;
      log.warn({ reason: errorText(error), failures, delayMs }, "outbox relay failed, will try again");
      await clock.sleep(delayMs, stopping).catch(() => {});
    }
  }
}

/** The number of events published and cleared. */
async function carryBatch({ outbox, bus, batchSize = 200 }: OutboxRelayOptions): Promise<number> {
  const events = await outbox.pending(batchSize);
  if (events.length === 0) return 0;
  await bus.publish(events);
  await outbox.clear(events.map((event) => event.eventId));
  return events.length;
}

/** Remembers that it rang until it is reset. */
class Bell {
  #rung = false;
  #waiting: AbortController | undefined;

  ring(): void {
    this.#rung = true;
    this.#waiting?.abort();
  }

  reset(): void {
    this.#rung = false;
  }

  /** Resolves when it rings, after so many milliseconds, or when the signal aborts. */
  async wait(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
    if (this.#rung) return;
    this.#waiting = new AbortController();
    await clock.sleep(milliseconds, AbortSignal.any([signal, this.#waiting.signal])).catch(() => {});
    this.#waiting = undefined;
  }
}
