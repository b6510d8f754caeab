import { dirname } from "node:path";
import { makePath, openDiskSync, type OpenDiskSync } from "@parlance/disk-sync";
import type {
  BusEvent,
  Consumer,
  CheckableStore,
  CopyableStore,
  DeadLetter,
  EventBus,
  HeldState,
  StoreFault,
  Subscription,
} from "@parlance/ports";
import { systemClock, type Clock } from "../clock.ts";
import { silentLog, type MessagingLog } from "../log.ts";
import { Worker } from "../worker.ts";
import { EventLog } from "./event-log.ts";
import { GroupCommit } from "./group-commit.ts";
import { GroupFeed } from "./group-feed.ts";
import { Retention } from "./retention.ts";

export interface EmbeddedEventBusOptions {
  /** The SQLite file; its folder is made when absent. One process at a time may have it open. */
  path: string;
  clock?: Clock;
  log?: MessagingLog;
  /** How bytes are brought to the disk; tests hold them back. */
  openSync?: OpenDiskSync;
  /** Called once when nothing can be written until the log is opened again. */
  onBroken?: (error: Error) => void;
  /** Called once when the log turns out to be damaged while it is used, which no new start mends. */
  onDamaged?: (error: Error) => void;
  /** False: a log that an unclean stop left behind is opened unexamined. Default true. */
  examine?: boolean | undefined;
}

/**
 * An EventBus of one process: a durable append log in SQLite. Consumers are woken in process; nothing is polled.
 * @throws Error when the file is in use by another process or was written by a newer version; StoreError `corrupt` when it is damaged.
 */
export async function openEmbeddedEventBus(options: EmbeddedEventBusOptions): Promise<EventBus & CopyableStore & CheckableStore> {
  await makePath(dirname(options.path));
  return new EmbeddedEventBus(options);
}

class EmbeddedEventBus implements EventBus, CopyableStore, CheckableStore {
  readonly #path: string;
  readonly #log: EventLog;
  readonly #commit: GroupCommit;
  readonly #clock: Clock;
  readonly #logger: MessagingLog;
  readonly #retention: Retention;
  readonly #feeds = new Map<string, GroupFeed>();
  readonly #consumers = new Set<Consumer>();
  #closed: Promise<void> | undefined;

  constructor(options: EmbeddedEventBusOptions) {
    const { path, clock = systemClock, log = silentLog, openSync = openDiskSync, onBroken, onDamaged, examine } = options;
    this.#path = path;
    this.#log = new EventLog(path, { onDamaged, examine });
    this.#commit = new GroupCommit(this.#log, openSync(`${path}-wal`), onBroken);
    this.#clock = clock;
    this.#logger = log;
    const consumed = () => this.#feeds.values().filter(({ lanes }) => lanes.hasWorkers);
    this.#retention = new Retention({ log: this.#log, commit: this.#commit, clock, logger: log, consumed });
  }

  async publish(events: readonly BusEvent[]): Promise<void> {
    this.#refuseIfClosed();
    const now = this.#clock.now();
    await Promise.all(
      events.map((event) => this.#commit.write(() => this.#log.append(event, now), { bytes: event.payload.length })),
    );
    const topics = new Set(events.map((event) => event.topic));
    for (const [, feed] of this.#feeds) if (topics.has(feed.topic)) feed.wake();
    this.#retention.trimSoon();
  }

  async subscribe(subscription: Subscription): Promise<Consumer> {
    this.#refuseIfClosed();
    const { group, topics } = subscription;
    const now = this.#clock.now();
    await this.#commit.write(() => {
      for (const topic of topics) this.#log.join(group, topic, now);
    });
    const worker = new Worker(subscription, this.#clock);
    const feeds = topics.map((topic) => this.#feed(group, topic));
    for (const feed of feeds) feed.serve(worker);
    const consumer: Consumer = { stop: (stopping) => this.#stop(consumer, { worker, feeds, graceMs: stopping?.graceMs }) };
    this.#consumers.add(consumer);
    return consumer;
  }

  async deadLetters(group: string, limit: number): Promise<DeadLetter[]> {
    this.#refuseIfClosed();
    return this.#log.deadLetters(group, limit);
  }

  async replay(group: string, eventIds: readonly string[]): Promise<void> {
    this.#refuseIfClosed();
    const returned = await this.#commit.write(() => eventIds.flatMap((eventId) => this.#log.replay(group, eventId)));
    for (const { topic, key } of returned) this.#feeds.get(feedId(group, topic))?.revisit(key);
  }

  /** Publishing and acknowledging wait until the log is copied, handlers run on. */
  hold(): HeldState {
    this.#refuseIfClosed();
    const release = this.#commit.hold();
    return {
      copyTo: async (path, { signal } = {}) => {
        await this.#log.copyTo(path, signal);
        release();
      },
      release,
    };
  }

  async faults(): Promise<StoreFault[]> {
    this.#refuseIfClosed();
    return this.#log.faults().map((problem) => ({ file: this.#path, problem }));
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  #refuseIfClosed(): void {
    if (this.#closed !== undefined) throw new Error("the event bus is closed");
  }

  #feed(group: string, topic: string): GroupFeed {
    const id = feedId(group, topic);
    let feed = this.#feeds.get(id);
    if (feed === undefined) {
      const { clock, logger } = { clock: this.#clock, logger: this.#logger };
      feed = new GroupFeed({ group, topic, log: this.#log, commit: this.#commit, clock, logger });
      this.#feeds.set(id, feed);
    }
    return feed;
  }

  async #stop(
    consumer: Consumer,
    parts: { worker: Worker; feeds: readonly GroupFeed[]; graceMs: number | undefined },
  ): Promise<void> {
    await parts.worker.stop(parts.graceMs);
    for (const feed of parts.feeds) feed.lanes.removeWorker(parts.worker);
    this.#consumers.delete(consumer);
  }

  async #shutDown(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.stop()));
    await Promise.all([...this.#feeds.values()].map((feed) => feed.lanes.close("the event bus closes")));
    await this.#commit.close();
    this.#log.close();
  }
}

function feedId(group: string, topic: string): string {
  return JSON.stringify([group, topic]);
}
