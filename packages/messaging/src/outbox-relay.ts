import { EventTooLargeError, isStoreError, type EventBus, type Outbox, type OutboxEvent } from "@parlance/ports";
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
  /** How long an event that the bus finds too large, and what is behind it in its key, waits for the next try in milliseconds. Default 300,000. */
  tooLargeMs?: number;
  /** Called with each failure that no further look mends, because what is read or written is damaged. */
  onDamaged?: (error: Error) => void;
}

export interface OutboxRelay {
  /** Publishes what is pending, unless the bus or the store fails, and ends. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Carries events from a store's outbox to the bus: one batch at a time, in the outbox's order, cleared after the bus has them. An event
 * is published again when the process ends between the two, so delivery is at least once. One that the bus finds too large holds up its
 * own key alone.
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
  const held = new HeldKeys(options.tooLargeMs ?? 300_000);
  let failures = 0;
  for (;;) {
    // What is written from here on rings again, so no write falls between the look and the wait.
    bell.reset();
    const last = stopping.aborted;
    try {
      const carried = await carryBatch(options, held);
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

/** The number of events that were dealt with: published and cleared, or found too large. */
async function carryBatch(options: OutboxRelayOptions, held: HeldKeys): Promise<number> {
  const { outbox, bus, batchSize = 200 } = options;
  const events = await pendingBut(held, outbox, batchSize);
  if (events.length === 0) return 0;
  try {
    await bus.publish(events);
  } catch (error) {
    if (!(error instanceof EventTooLargeError)) throw error;
    return carryOneByOne(options, { events, held });
  }
  await outbox.clear(events.map((event) => event.eventId));
  return events.length;
}

/** Finds out which event it is that is too large. The number of events that were looked at. */
async function carryOneByOne(
  { outbox, bus, log }: OutboxRelayOptions,
  { events, held }: { events: readonly OutboxEvent[]; held: HeldKeys },
): Promise<number> {
  for (const event of events) {
    if (held.has(event)) continue;
    try {
      await bus.publish([event]);
      await outbox.clear([event.eventId]);
    } catch (error) {
      if (!(error instanceof EventTooLargeError)) throw error;
      held.add(event);
      const { eventId, topic, tenant } = event;
      log.error({ eventId, topic, tenantId: tenant, reason: errorText(error) }, "event is too large to publish, and waits");
    }
  }
  return events.length;
}

/** Looks as far as it must to find others than those that are held. */
async function pendingBut(held: HeldKeys, outbox: Outbox, count: number): Promise<OutboxEvent[]> {
  for (let limit = count; ; limit *= 2) {
    const found = await outbox.pending(limit);
    const events = found.filter((event) => !held.has(event));
    if (events.length > 0 || found.length < limit) return events.slice(0, count);
  }
}

/** Keys in which an event waits that the bus finds too large; what is behind it waits as well, for a key keeps its order. */
class HeldKeys {
  /** By the clock of the process, which nobody sets. */
  readonly #until = new Map<string, number>();
  readonly #milliseconds: number;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  add(event: OutboxEvent): void {
    this.#until.set(keyOf(event), performance.now() + this.#milliseconds);
  }

  has(event: OutboxEvent): boolean {
    const key = keyOf(event);
    const until = this.#until.get(key);
    if (until === undefined) return false;
    if (until > performance.now()) return true;
    this.#until.delete(key);
    return false;
  }
}

function keyOf({ topic, key }: OutboxEvent): string {
  return JSON.stringify([topic, key]);
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
