import { asTenant, type BusEvent } from "@parlance/ports";
import type { KafkaMessage } from "kafkajs";
import type { Clock } from "../clock.ts";
import { Lanes, type Delivery } from "../lanes.ts";
import { errorText, type MessagingLog } from "../log.ts";
import type { Outcome } from "../retry-policy.ts";
import type { Worker } from "../worker.ts";
import { decodeEvent, fromHeaders, type Remarks } from "./envelope.ts";
import { OffsetTracker } from "./offset-tracker.ts";

/** Where a partition's two logs stand, as the brokers know it. */
export interface Positions {
  main: Position;
  retry: Position;
}

export interface Position {
  /** The first offset to read: what the group committed, or the oldest kept. */
  offset: number;
  metadata: string | null;
  /** One after the newest offset. */
  end: number;
}

export type Source = "main" | "retry";

interface KafkaDelivery extends Delivery {
  readonly source: Source;
  readonly offset: number;
  readonly retryAt: number;
}

/** Where a group's events go that it does not handle now. Both reject when the event could not be written. */
export interface GroupOutlets {
  /** In order, to the group's retry topic. */
  sendToRetry(messages: readonly { event: BusEvent; remarks: Remarks }[]): Promise<void>;
  sendToDeadLetters(event: BusEvent, remarks: Remarks): Promise<void>;
}

/** What the feed needs from the consumer around it. */
export interface FeedOwner extends GroupOutlets {
  readonly clock: Clock;
  readonly log: MessagingLog;
  readonly topic: string;
  /** Waits up to this long stay in memory; longer ones are written to the retry topic, so that the partition's offset can move on. */
  readonly parkAfterMs: number;
  /** The commit points changed. */
  commitSoon(): void;
  seek(source: Source, offset: number): void;
  flow(source: Source, open: boolean): void;
}

const room = { events: 500, bytes: 8 * 1024 * 1024 };
const parkAtOnce = 200;

/**
 * One partition of a topic and the same partition of the group's retry topic, under one owner. Events go to one lane per key; both
 * logs' offsets are committed up to the lowest event that has not ended.
 *
 * An event whose next attempt is far off goes to the retry topic with all that is behind it in its key, and so do later events of the
 * key while some of it stands unread there: what comes back from the retry topic is therefore in order. A new owner first reads which
 * keys the retry topic holds, and only then takes new events.
 */
export class PartitionFeed {
  readonly #owner: FeedOwner;
  readonly #worker: Worker;
  readonly #lanes: Lanes<KafkaDelivery>;
  readonly #trackers: { main: OffsetTracker; retry: OffsetTracker };
  readonly #start: { main: number; retry: number };
  readonly #held = { main: { events: 0, bytes: 0 }, retry: { events: 0, bytes: 0 } };
  /** Keys with events in the retry topic that are not read yet, and how many. */
  readonly #unread = new Map<string, number>();
  /** Offsets of events that this feed itself has written to the retry topic and not read back. */
  readonly #own = new Set<number>();
  readonly #parking: { deliveries: readonly KafkaDelivery[]; done: () => void }[] = [];
  readonly #flow: { main?: boolean; retry?: boolean } = {};
  readonly #closed = new AbortController();
  /** Up to where the retry topic is read for its keys only. Undefined once that is done. */
  #indexEnd: number | undefined;
  readonly #indexed: number;
  #parkingRuns = false;

  constructor(owner: FeedOwner, worker: Worker, at: Positions) {
    this.#owner = owner;
    this.#worker = worker;
    this.#start = { main: at.main.offset, retry: at.retry.offset };
    this.#trackers = {
      main: new OffsetTracker(at.main.offset, at.main.metadata),
      retry: new OffsetTracker(at.retry.offset, at.retry.metadata),
    };
    this.#indexed = at.retry.end;
    if (at.retry.end > at.retry.offset) this.#indexEnd = at.retry.end;
    this.#lanes = new Lanes({
      clock: owner.clock,
      log: owner.log,
      hooks: { settle: (delivery, outcome) => this.#settle(delivery, outcome), onEmpty: () => {}, onRoom: () => this.#steer() },
    });
    this.#lanes.addWorker(worker);
    this.follow();
  }

  /** Sets the consumer to where this feed goes on reading; after a rebalance that left the partition here, too. */
  follow(): void {
    this.#owner.seek("main", this.#trackers.main.next);
    this.#owner.seek("retry", this.#trackers.retry.next);
    // Read for its keys from its beginning again.
    if (this.#indexEnd !== undefined) this.#unread.clear();
    delete this.#flow.main;
    delete this.#flow.retry;
    this.#steer();
  }

  /** False when somebody else has moved the group's offsets beyond what this feed has handled. */
  agrees(at: Positions): boolean {
    return (["main", "retry"] as const).every(
      (source) => at[source].offset >= this.#start[source] && at[source].offset <= this.#trackers[source].watermark,
    );
  }

  /** Offsets to commit. */
  commitPoints(): Record<Source, { offset: number; metadata: string }> {
    const { main, retry } = this.#trackers;
    return {
      main: { offset: main.watermark, metadata: main.metadata },
      retry: { offset: retry.watermark, metadata: retry.metadata },
    };
  }

  takeMain(message: KafkaMessage): void {
    const offset = Number(message.offset);
    if (!this.#trackers.main.begin(offset)) return;
    const delivery = this.#read("main", offset, message);
    if (delivery === undefined) return;
    if (this.#unread.has(delivery.event.key)) void this.#park([delivery]);
    else this.#offer(delivery);
  }

  takeRetry(message: KafkaMessage): void {
    const offset = Number(message.offset);
    if (this.#indexEnd !== undefined) this.#index(offset, message);
    else if (this.#trackers.retry.begin(offset)) this.#takeBack(offset, message);
  }

  /** Lets go: handlers are aborted, nothing is sent or committed any more. Resolves when no handler runs. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#lanes.close("the partition went to another consumer");
    for (const { done } of this.#parking.splice(0)) done();
  }

  /** Notes the key only; the event is read again, and handled, after all keys are known. */
  #index(offset: number, message: KafkaMessage): void {
    if (!this.#isForeign(message)) this.#count(keyOf(message), 1);
    if (offset + 1 < (this.#indexEnd ?? 0)) return;
    this.#indexEnd = undefined;
    this.#owner.seek("retry", this.#trackers.retry.next);
    this.#steer();
  }

  #takeBack(offset: number, message: KafkaMessage): void {
    if (this.#isForeign(message)) {
      this.#trackers.retry.end(offset);
      return;
    }
    const { originOffset } = fromHeaders(message.headers);
    const own = originOffset !== undefined && this.#own.delete(originOffset);
    // A replay was never counted.
    if (own || offset < this.#indexed) this.#count(keyOf(message), -1);
    const delivery = this.#read("retry", offset, message);
    if (delivery !== undefined) this.#offer(delivery);
  }

  /**
   * A copy of an event that this feed takes, or took, from the topic itself: written by a former owner that could not commit, or by a
   * send that failed and yet arrived.
   */
  #isForeign(message: KafkaMessage): boolean {
    const { originOffset } = fromHeaders(message.headers);
    return originOffset !== undefined && originOffset >= this.#start.main && !this.#own.has(originOffset);
  }

  #read(source: Source, offset: number, message: KafkaMessage): KafkaDelivery | undefined {
    const noted = this.#trackers[source].attemptsOf(offset);
    const written = source === "retry" ? fromHeaders(message.headers) : { attempts: 0 };
    const attempts = Math.max(noted?.attempts ?? 0, written.attempts);
    const retryAt = Math.max(noted?.retryAt ?? 0, written.retryAt ?? 0);
    try {
      return { event: decodeEvent(message.value), attempts, retryAt, source, offset };
    } catch (error) {
      void this.#parkUnreadable(source, message, errorText(error));
      return undefined;
    }
  }

  #offer(delivery: KafkaDelivery): void {
    const { event, attempts, retryAt } = delivery;
    const first = !this.#lanes.has(event.key);
    this.#hold(delivery, 1);
    this.#lanes.offer(delivery);
    // Whoever wrote the moment down may have another clock: no wait is longer than the whole pause.
    const delayMs = Math.min(retryAt - this.#owner.clock.now(), this.#worker.pauseAfter(attempts));
    if (first && delayMs > 0) this.#lanes.hold(event.key, delayMs);
    this.#lanes.pump();
  }

  async #settle(delivery: KafkaDelivery, outcome: Outcome): Promise<void> {
    if (this.#closed.signal.aborted) return;
    const { event, source, offset } = delivery;
    const { log, clock } = this.#owner;
    if (outcome.kind === "handled") {
      this.#end(delivery);
      return;
    }
    const fields = { topic: event.topic, eventId: event.eventId, attempts: outcome.attempts, reason: outcome.error };
    if (outcome.kind === "dead") {
      const { attempts, error } = outcome;
      await this.#owner.sendToDeadLetters(event, { attempts, error, parkedAt: clock.now(), originOffset: offset });
      log.error(fields, "event parked as a dead letter");
      this.#end(delivery);
      return;
    }
    log.warn({ ...fields, delayMs: outcome.delayMs }, "event failed, will be tried again");
    this.#trackers[source].failed(offset, { attempts: outcome.attempts, retryAt: clock.now() + outcome.delayMs });
    if (outcome.delayMs > this.#owner.parkAfterMs) await this.#parkKey(event.key);
    else this.#owner.commitSoon();
  }

  #end(delivery: KafkaDelivery): void {
    this.#trackers[delivery.source].end(delivery.offset);
    this.#hold(delivery, -1);
    this.#owner.commitSoon();
  }

  /** Moves what the key has from the topic to the retry topic, so that the topic's offset can move on. */
  async #parkKey(key: string): Promise<void> {
    const deliveries = this.#lanes.of(key).filter(({ source }) => source === "main");
    this.#lanes.drop(key, ({ source }) => source === "main");
    for (const delivery of deliveries) this.#hold(delivery, -1);
    if (deliveries.length > 0) await this.#park(deliveries);
    else this.#owner.commitSoon();
  }

  /** Resolves when the events are in the retry topic, or the partition was lost. One after the other, so the order holds. */
  #park(deliveries: readonly KafkaDelivery[]): Promise<void> {
    for (const { event } of deliveries) this.#count(event.key, 1);
    return new Promise((done) => {
      this.#parking.push({ deliveries, done });
      if (!this.#parkingRuns) void this.#runParking();
    });
  }

  async #runParking(): Promise<void> {
    this.#parkingRuns = true;
    while (this.#parking.length > 0 && !this.#closed.signal.aborted) {
      const batch = this.#parking.slice(0, parkAtOnce);
      const deliveries = batch.flatMap((parking) => parking.deliveries);
      try {
        await this.#sendToRetry(deliveries);
      } catch (error) {
        this.#owner.log.warn(
          { reason: errorText(error), events: deliveries.length },
          "retry topic cannot be written, will be tried again",
        );
        await this.#owner.clock.sleep(1000, this.#closed.signal).catch(() => {});
        continue;
      }
      for (const { offset } of deliveries) this.#trackers.main.end(offset);
      for (const { done } of this.#parking.splice(0, batch.length)) done();
      this.#owner.commitSoon();
      this.#steer();
    }
    this.#parkingRuns = false;
  }

  async #sendToRetry(deliveries: readonly KafkaDelivery[]): Promise<void> {
    const messages = deliveries.map(({ event, offset }) => {
      const { attempts = 0, retryAt = 0 } = this.#trackers.main.attemptsOf(offset) ?? {};
      return { event, remarks: { attempts, retryAt, originOffset: offset } };
    });
    // Known as our own before they can come back.
    for (const { offset } of deliveries) this.#own.add(offset);
    await this.#owner.sendToRetry(messages);
  }

  async #parkUnreadable(source: Source, message: KafkaMessage, error: string): Promise<void> {
    const remarks = { attempts: 0, error: `not an event: ${error}`, parkedAt: this.#owner.clock.now() };
    while (!this.#closed.signal.aborted) {
      try {
        await this.#owner.sendToDeadLetters(unreadable(this.#owner.topic, message), remarks);
        this.#trackers[source].end(Number(message.offset));
        this.#owner.commitSoon();
        return;
      } catch {
        await this.#owner.clock.sleep(1000, this.#closed.signal).catch(() => {});
      }
    }
  }

  #count(key: string, change: number): void {
    const count = (this.#unread.get(key) ?? 0) + change;
    if (count > 0) this.#unread.set(key, count);
    else this.#unread.delete(key);
  }

  #hold({ event, source }: KafkaDelivery, change: 1 | -1): void {
    this.#held[source].events += change;
    this.#held[source].bytes += change * event.payload.length;
  }

  /** Opens or closes the two logs by the room that is left. */
  #steer(): void {
    if (this.#closed.signal.aborted) return;
    const hasRoom = ({ events, bytes }: { events: number; bytes: number }) => events < room.events && bytes < room.bytes;
    const indexed = this.#indexEnd === undefined;
    this.#setFlow("main", indexed && hasRoom(this.#held.main) && this.#parking.length < room.events);
    this.#setFlow("retry", !indexed || hasRoom(this.#held.retry));
  }

  #setFlow(source: Source, open: boolean): void {
    if (this.#flow[source] === open) return;
    try {
      this.#owner.flow(source, open);
      this.#flow[source] = open;
    } catch {
      // The consumer has died, which kafkajs tells a moment later: then this feed is closed.
    }
  }
}

function keyOf(message: KafkaMessage): string {
  return message.key?.toString() ?? "";
}

/** A stand-in for bytes that are no event, so that they can be parked and looked at. */
function unreadable(topic: string, message: KafkaMessage): BusEvent {
  return {
    eventId: `unreadable-${topic}-${message.timestamp}-${message.offset}`,
    topic,
    tenant: asTenant("system"),
    key: keyOf(message),
    time: Number(message.timestamp),
    payload: new Uint8Array(message.value ?? []),
  };
}
