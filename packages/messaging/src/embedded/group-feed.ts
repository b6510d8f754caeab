import type { BusEvent } from "@parlance/ports";
import type { Clock } from "../clock.ts";
import { Lanes } from "../lanes.ts";
import { errorText, type MessagingLog } from "../log.ts";
import type { Outcome } from "../retry-policy.ts";
import type { Worker } from "../worker.ts";
import type { EventLog, PageLimits, PendingEvent } from "./event-log.ts";
import type { GroupCommit } from "./group-commit.ts";

export interface FeedOptions {
  group: string;
  topic: string;
  log: EventLog;
  commit: GroupCommit;
  clock: Clock;
  logger: MessagingLog;
}

/** How long a feed waits before it reads again what could not be read. */
const readRetryMs = 1000;

const page: PageLimits = { events: 128, bytes: 8 * 1024 * 1024 };
const window: PageLimits = { events: 512, bytes: 16 * 1024 * 1024 };

/**
 * What one group has still to handle of one topic: a window of the log in memory, refilled page by page. All consumers of the group in
 * this process draw from it, so they share the work.
 */
export class GroupFeed {
  readonly group: string;
  readonly topic: string;
  readonly lanes: Lanes<PendingEvent>;
  readonly #options: FeedOptions;
  /** Everything up to here is in memory, handled, or of a key that is behind. */
  #position = 0;
  #exhausted = false;
  #filling = false;
  #waitsToRead = false;
  /** The last that came; all of a group wait alike. */
  #worker: Worker | undefined;
  /** Keys with pending events at or before the position that are not in memory. */
  readonly #behind = new Set<string>();

  constructor(options: FeedOptions) {
    this.#options = options;
    this.group = options.group;
    this.topic = options.topic;
    this.lanes = new Lanes({
      clock: options.clock,
      log: options.logger,
      hooks: {
        settle: (delivery, outcome) => this.#settle(delivery, outcome),
        onEmpty: (key) => this.#catchUp(key),
        onRoom: () => this.#fill(),
      },
    });
  }

  /** Lets a worker share the work of the group. */
  serve(worker: Worker): void {
    this.#worker = worker;
    this.lanes.addWorker(worker);
  }

  /** Events were appended. */
  wake(): void {
    this.#exhausted = false;
    this.lanes.pump();
  }

  /** An event of the key was given back at an offset that was already passed. */
  revisit(key: string): void {
    this.#behind.add(key);
    if (!this.lanes.has(key)) this.#catchUp(key);
    this.lanes.pump();
  }

  #full(): boolean {
    return this.lanes.size >= window.events || this.lanes.bytes >= window.bytes;
  }

  #fill(): void {
    if (this.#filling || this.#waitsToRead || this.#exhausted || this.#full() || !this.lanes.hasWorkers) return;
    this.#filling = true;
    try {
      while (!this.#exhausted && !this.#full()) this.#readPage();
    } catch (error) {
      this.#tellUnread(error);
      void this.#readLater();
      return;
    } finally {
      this.#filling = false;
    }
    this.lanes.pump();
  }

  async #readLater(): Promise<void> {
    this.#waitsToRead = true;
    await this.#options.clock.sleep(readRetryMs);
    this.#waitsToRead = false;
    this.lanes.pump();
  }

  #tellUnread(error: unknown): void {
    this.#options.logger.error({ ...this.#name(), reason: errorText(error) }, "event log cannot be read");
  }

  #readPage(): void {
    const { log, group, topic } = this.#options;
    const events = log.page(group, topic, this.#position, page);
    for (const pending of events) {
      this.#position = pending.offset;
      if (!this.#behind.has(pending.event.key)) this.#admit(pending);
    }
    this.#exhausted = events.length === 0;
  }

  #admit(pending: PendingEvent): void {
    const { key } = pending.event;
    const delayMs = pending.retryAt - this.#options.clock.now();
    // More than the whole pause is left where the clock was set back: the event has waited.
    if (delayMs <= 0 || delayMs > (this.#worker?.pauseAfter(pending.attempts) ?? delayMs)) {
      this.lanes.offer(pending);
      return;
    }
    this.#behind.add(key);
    if (!this.lanes.has(key)) this.lanes.hold(key, delayMs);
  }

  #catchUp(key: string): void {
    if (!this.#behind.has(key)) return;
    const { log, group, topic } = this.#options;
    let events: PendingEvent[];
    try {
      events = log.pageOfKey({ group, topic, key, upTo: this.#position }, page);
    } catch (error) {
      this.#tellUnread(error);
      this.lanes.hold(key, readRetryMs);
      return;
    }
    this.#behind.delete(key);
    for (const pending of events) {
      if (this.#behind.has(key)) break;
      this.#admit(pending);
    }
    if (events.length > 0) this.#behind.add(key);
  }

  /** No sync: should a power cut undo an outcome, the event is delivered once more. */
  async #settle(pending: PendingEvent, outcome: Outcome): Promise<void> {
    const { commit, log, group, topic, clock } = this.#options;
    if (outcome.kind === "handled") {
      await commit.write(() => log.handled(group, topic, pending.offset), { sync: false });
      return;
    }
    const failed = { ...pending, attempts: outcome.attempts, retryAt: 0 };
    const fields = { ...this.#name(), eventId: pending.event.eventId, attempts: outcome.attempts, reason: outcome.error };
    if (outcome.kind === "dead") {
      await commit.write(() => log.park(group, failed, outcome.error, clock.now()), { sync: false });
      this.#options.logger.error(fields, "event parked as a dead letter");
      return;
    }
    failed.retryAt = clock.now() + outcome.delayMs;
    await commit.write(() => log.failed(group, failed), { sync: false });
    this.#options.logger.warn({ ...fields, delayMs: outcome.delayMs }, "event failed, will be tried again");
    this.#giveUpMemory(pending.event);
  }

  /** A key that waits frees its place for other keys; its events are read again when its time has come. */
  #giveUpMemory(event: BusEvent): void {
    this.#behind.add(event.key);
    this.lanes.drop(event.key);
  }

  #name() {
    return { group: this.#options.group, topic: this.#options.topic };
  }
}
