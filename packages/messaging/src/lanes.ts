import type { BusEvent } from "@parlance/ports";
import type { Clock } from "./clock.ts";
import { errorText, type MessagingLog } from "./log.ts";
import type { Outcome } from "./retry-policy.ts";
import type { Worker, WorkerOutcome } from "./worker.ts";

export interface Delivery {
  readonly event: BusEvent;
  /** Attempts already made. */
  attempts: number;
}

export interface LaneHooks<D extends Delivery> {
  /** Makes an outcome durable. The key goes on when this resolves; when it rejects, the event is delivered again. */
  settle(delivery: D, outcome: Outcome): Promise<void>;
  /** A key has nothing left in memory. */
  onEmpty(key: string): void;
  /** A slot or room in memory has become free. */
  onRoom(): void;
}

interface Lane<D> {
  queue: D[];
  busy: boolean;
  /** Ends the current wait; present while the lane waits for its next attempt. */
  wait?: AbortController;
}

/** How long a key waits when the outcome of its event could not be saved. */
const settleRetryMs = 1000;

/**
 * Events in memory, in one queue per key: the head of each queue may run, so a key keeps its order and goes one at a time while
 * other keys go on. Knows nothing of where events come from.
 */
export class Lanes<D extends Delivery> {
  readonly #lanes = new Map<string, Lane<D>>();
  readonly #ready = new Set<string>();
  readonly #workers = new Map<Worker, () => void>();
  readonly #active = new Set<AbortController>();
  readonly #clock: Clock;
  readonly #log: MessagingLog;
  readonly #hooks: LaneHooks<D>;
  readonly #onceIdle: (() => void)[] = [];
  #size = 0;
  #bytes = 0;
  #closed = false;

  constructor(options: { clock: Clock; log: MessagingLog; hooks: LaneHooks<D> }) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#hooks = options.hooks;
  }

  /** Events held in memory. */
  get size(): number {
    return this.#size;
  }

  /** Bytes of their payloads. */
  get bytes(): number {
    return this.#bytes;
  }

  get hasWorkers(): boolean {
    return this.#workers.size > 0;
  }

  get idle(): boolean {
    return this.#active.size === 0;
  }

  addWorker(worker: Worker): void {
    this.#workers.set(
      worker,
      worker.onFree(() => this.pump()),
    );
    this.pump();
  }

  removeWorker(worker: Worker): void {
    this.#workers.get(worker)?.();
    this.#workers.delete(worker);
  }

  /** Puts an event behind the others of its key. */
  offer(delivery: D): void {
    const key = delivery.event.key;
    const lane = this.#lane(key);
    lane.queue.push(delivery);
    this.#size += 1;
    this.#bytes += delivery.event.payload.length;
    if (!lane.busy && lane.wait === undefined) this.#ready.add(key);
  }

  /** True while events of the key are in memory, at work or waiting. */
  has(key: string): boolean {
    return this.#lanes.has(key);
  }

  /** The key's events in memory, the one at work included, oldest first. */
  of(key: string): readonly D[] {
    return this.#lanes.get(key)?.queue ?? [];
  }

  /** Forgets events of a key, while its head is not at the handler; whoever offered them keeps them. */
  drop(key: string, which: (delivery: D) => boolean = () => true): void {
    const lane = this.#lanes.get(key);
    if (lane === undefined) return;
    for (const delivery of lane.queue.filter(which)) this.#forget(delivery);
    lane.queue = lane.queue.filter((delivery) => !which(delivery));
  }

  /** Lets a key wait, then runs its head, or says that the key is empty. */
  hold(key: string, delayMs: number): void {
    const lane = this.#lane(key);
    lane.wait?.abort();
    const wait = new AbortController();
    lane.wait = wait;
    this.#ready.delete(key);
    void this.#wake(key, lane, this.#clock.sleep(delayMs, wait.signal));
  }

  async #wake(key: string, lane: Lane<D>, sleep: Promise<void>): Promise<void> {
    try {
      await sleep;
    } catch {
      return;
    }
    delete lane.wait;
    this.#next(key, lane);
    this.pump();
  }

  /** Starts what can run. */
  pump(): void {
    if (this.#closed) return;
    for (const key of this.#ready) {
      const worker = this.#freeWorker();
      if (worker === undefined) break;
      this.#ready.delete(key);
      this.#start(key, worker);
    }
    this.#hooks.onRoom();
  }

  /** Aborts what runs and forgets all: the events now belong to somebody else. Resolves when no handler runs any more. */
  async close(reason: string): Promise<void> {
    this.#closed = true;
    for (const lane of this.#lanes.values()) lane.wait?.abort();
    for (const controller of this.#active) controller.abort(new Error(reason));
    for (const worker of this.#workers.keys()) this.removeWorker(worker);
    this.#ready.clear();
    while (this.#active.size > 0) await new Promise<void>((resolve) => this.#onceIdle.push(resolve));
  }

  #lane(key: string): Lane<D> {
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = { queue: [], busy: false };
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  /** Workers take turns, so that replicas of a group share its work. */
  #freeWorker(): Worker | undefined {
    for (const [worker, unsubscribe] of this.#workers) {
      if (!worker.free) continue;
      this.#workers.delete(worker);
      this.#workers.set(worker, unsubscribe);
      return worker;
    }
    return undefined;
  }

  #start(key: string, worker: Worker): void {
    const lane = this.#lanes.get(key);
    const delivery = lane?.queue[0];
    if (lane === undefined || delivery === undefined) return;
    lane.busy = true;
    const controller = worker.run(delivery.event, delivery.attempts + 1, async (outcome) => {
      await this.#finish(lane, delivery, outcome);
      this.#active.delete(controller);
      if (this.#active.size === 0) for (const resolve of this.#onceIdle.splice(0)) resolve();
      this.pump();
    });
    this.#active.add(controller);
  }

  async #finish(lane: Lane<D>, delivery: D, outcome: WorkerOutcome): Promise<void> {
    const key = delivery.event.key;
    let delayMs = 0;
    try {
      if (outcome.kind !== "interrupted") await this.#hooks.settle(delivery, outcome);
      if (outcome.kind === "handled" || outcome.kind === "dead") this.#forgetHead(lane, delivery);
      if (outcome.kind === "retry") {
        delivery.attempts = outcome.attempts;
        delayMs = outcome.delayMs;
      }
    } catch (error) {
      this.#log.error(
        { topic: delivery.event.topic, eventId: delivery.event.eventId, reason: errorText(error) },
        "outcome not saved",
      );
      delayMs = settleRetryMs;
    }
    lane.busy = false;
    if (this.#closed) return;
    if (delayMs > 0) this.hold(key, delayMs);
    else this.#next(key, lane);
  }

  #next(key: string, lane: Lane<D>): void {
    if (lane.queue.length > 0) {
      this.#ready.add(key);
      return;
    }
    this.#lanes.delete(key);
    this.#hooks.onEmpty(key);
  }

  #forgetHead(lane: Lane<D>, delivery: D): void {
    if (lane.queue[0] !== delivery) return;
    lane.queue.shift();
    this.#forget(delivery);
  }

  #forget(delivery: D): void {
    this.#size -= 1;
    this.#bytes -= delivery.event.payload.length;
  }
}
