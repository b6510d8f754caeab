import { randomUUID } from "node:crypto";
import { vi } from "vitest";
import type { BusEvent, Consumer, EventBus, Subscription } from "./event-bus.ts";
import { asTenant } from "./tenant.ts";

/** An adapter under test. Topics and groups of a case are its own, so one log serves all cases. */
export interface EventBusFixture {
  bus: EventBus;
  /** Another replica's bus on the same log; the same one where a log has one process. */
  replica(): Promise<EventBus>;
  /** Closes every bus and opens `bus` again on what was stored. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export type Handling = { event: BusEvent; attempt: number; signal: AbortSignal };
export type Handle = (handling: Handling) => Promise<void> | void;

/** A key that fails waits longer than any case lasts. */
export const slowly = { maxAttempts: 9, firstDelayMs: 3_600_000, maxDelayMs: 3_600_000 };

/** A topic and a group of one case, and what its consumers saw. */
export class Bench {
  readonly fixture: EventBusFixture;
  readonly patienceMs: number;
  readonly topic: string;
  readonly group: string;
  readonly consumers: Consumer[] = [];

  constructor(fixture: EventBusFixture, patienceMs: number, names?: { topic: string; group: string }) {
    this.fixture = fixture;
    this.patienceMs = patienceMs;
    this.topic = names?.topic ?? `suite.${randomUUID()}.happened.v1`;
    this.group = names?.group ?? `group-${randomUUID().slice(0, 8)}`;
  }

  get bus(): EventBus {
    return this.fixture.bus;
  }

  /** Subscribes, and records every delivery before `handle` runs. */
  readonly consume = async (
    options: Partial<Subscription> & { bus?: EventBus },
    handle: Handle = () => {},
  ): Promise<Handling[]> => {
    const { bus = this.fixture.bus, ...rest } = options;
    const seen: Handling[] = [];
    const consumer = await bus.subscribe({
      group: this.group,
      topics: [this.topic],
      ...rest,
      handle: async (event, { signal, attempt }) => {
        const handling = { event, attempt, signal };
        seen.push(handling);
        await handle(handling);
      },
    });
    this.consumers.push(consumer);
    return seen;
  };

  readonly until = (condition: () => void | Promise<void>): Promise<void> =>
    vi.waitFor(condition, { timeout: this.patienceMs, interval: 10 });
}

export function fact(topic: string, key: string, number: number): BusEvent {
  const payload = Uint8Array.from([number & 255, number >> 8]);
  return { eventId: randomUUID(), topic, tenant: asTenant("mieter-ß"), key, time: 1_700_000_000_123 + number, payload };
}

export function facts(topic: string, key: string, count: number): BusEvent[] {
  return Array.from({ length: count }, (_, index) => fact(topic, key, index + 1));
}

export function payloadNumber(event: BusEvent): number {
  return (event.payload[0] ?? 0) + 256 * (event.payload[1] ?? 0);
}

export function numbers(seen: readonly Handling[], key?: string): number[] {
  return seen.filter(({ event }) => key === undefined || event.key === key).map(({ event }) => payloadNumber(event));
}

export function plain(event: BusEvent | undefined) {
  return event && { ...event, payload: [...event.payload] };
}

export function turnOfLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}
