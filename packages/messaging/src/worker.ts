import type { BusEvent, Subscription } from "@parlance/ports";
import type { Clock } from "./clock.ts";
import { afterFailure, pauseAfter, type Outcome } from "./retry-policy.ts";

export type WorkerOutcome = Outcome | { kind: "interrupted" };

/** One subscription at work: runs its handler at most `concurrency` times at once, over all topics and partitions it serves. */
export class Worker {
  readonly #subscription: Subscription;
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #running = new Map<Promise<unknown>, AbortController>();
  readonly #listeners = new Set<() => void>();
  #stopping = false;
  #stopped: Promise<void> | undefined;

  constructor(subscription: Subscription, clock: Clock) {
    this.#subscription = subscription;
    this.#clock = clock;
    this.#limit = Math.max(1, subscription.concurrency ?? 1);
  }

  get free(): boolean {
    return !this.#stopping && this.#running.size < this.#limit;
  }

  /** How long an event waits after so many failed attempts, in milliseconds. */
  pauseAfter(attempts: number): number {
    return pauseAfter(attempts, this.#subscription.retry);
  }

  /** Calls back whenever a slot has become free. Returns the unsubscribe function. */
  onFree(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Runs the handler once and then `settle`, which makes the outcome durable; the slot is taken until both are done. A failure after
   * the signal was aborted is no attempt of the handler's own: it counts as interrupted.
   */
  run(event: BusEvent, attempt: number, settle: (outcome: WorkerOutcome) => Promise<void>): AbortController {
    const controller = new AbortController();
    const task = this.#handle(event, attempt, controller.signal)
      .then(settle)
      .finally(() => {
        this.#running.delete(task);
        this.#announce();
      });
    this.#running.set(task, controller);
    return controller;
  }

  /** Listeners take turns at being first, so that no topic or partition is always served before the others. */
  #announce(): void {
    const [first] = this.#listeners;
    if (first === undefined) return;
    this.#listeners.delete(first);
    this.#listeners.add(first);
    for (const listener of this.#listeners) listener();
  }

  async #handle(event: BusEvent, attempt: number, signal: AbortSignal): Promise<WorkerOutcome> {
    try {
      await this.#subscription.handle(event, { signal, attempt });
      return { kind: "handled" };
    } catch (error) {
      if (signal.aborted) return { kind: "interrupted" };
      return afterFailure(error, attempt, this.#subscription.retry);
    }
  }

  /** Takes nothing more and waits for what runs; aborts its signals after `graceMs`. */
  stop(graceMs = 10_000): Promise<void> {
    this.#stopping = true;
    this.#stopped ??= this.#drain(graceMs);
    return this.#stopped;
  }

  async #drain(graceMs: number): Promise<void> {
    const grace = new AbortController();
    const abortAll = () => {
      for (const controller of this.#running.values()) controller.abort(new Error("the consumer stops"));
    };
    this.#clock.sleep(graceMs, grace.signal).then(abortAll, () => {});
    while (this.#running.size > 0) await Promise.allSettled(this.#running.keys());
    grace.abort();
  }
}
