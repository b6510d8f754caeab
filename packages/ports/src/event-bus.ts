import type { OutboxEvent } from "./document-store.ts";

/** A published fact, as its consumers get it. */
export type BusEvent = OutboxEvent;

/**
 * A durable log of topics. Every group receives every event of its topics at least once; events of one topic and key reach a
 * group in the order published, one at a time; different keys may run side by side.
 */
export interface EventBus {
  /**
   * Resolves when all events are durable. An event id published twice may be delivered twice. Rejects with EventTooLargeError when an event has
   * more bytes than the bus takes; those before it may have been published.
   */
  publish(events: readonly BusEvent[]): Promise<void>;
  /**
   * Starts consuming where the group left off; a new group begins with the oldest event still kept. An event counts as handled when
   * the handler resolves. After a throw it is tried again, and later events of its key wait; after `maxAttempts` it becomes a dead
   * letter of the group, and its key goes on.
   * Rejects with StoreError `unavailable` when a server that keeps the events cannot serve the group now.
   */
  subscribe(subscription: Subscription): Promise<Consumer>;
  /** Parked events of a group, oldest first. */
  deadLetters(group: string, limit: number): Promise<DeadLetter[]>;
  /** Gives dead letters back to the group for a fresh series of attempts. Unknown ids are ignored. */
  replay(group: string, eventIds: readonly string[]): Promise<void>;
  /** Stops all consumers as {@link Consumer.stop} does. Idempotent. */
  close(): Promise<void>;
}

export interface Subscription {
  /** The service's name; replicas of a service share it and share the work. */
  group: string;
  topics: readonly string[];
  /** Must be idempotent by `event.eventId`. The signal aborts when the consumer stops or loses the event's key to another. */
  handle(event: BusEvent, options: { signal: AbortSignal; attempt: number }): Promise<void>;
  /** Handlers that may run at once, over different keys. Default 1. */
  concurrency?: number;
  retry?: RetryPolicy;
}

export interface RetryPolicy {
  /** Attempts before an event is parked. Default 5. */
  maxAttempts?: number;
  /** Wait before the second attempt in milliseconds; doubles with each further one up to `maxDelayMs`. Defaults 1,000 and 60,000. */
  firstDelayMs?: number;
  maxDelayMs?: number;
}

export interface Consumer {
  /** Takes no further event, waits for running handlers (their signal is aborted after `graceMs`, default 10,000). Idempotent. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

export interface DeadLetter {
  event: BusEvent;
  group: string;
  attempts: number;
  /** Message of the last error; never the event's content. */
  error: string;
  /** Milliseconds since the epoch. */
  parkedAt: number;
}

/** An event that the bus cannot take as its servers are set; all others it can. The message says what to do. */
export class EventTooLargeError extends Error {
  override readonly name = "EventTooLargeError";
}

/** Thrown by a handler for an event that no retry can mend (it cannot be parsed): it is parked at once. */
export class PoisonEventError extends Error {
  override readonly name = "PoisonEventError";
}
