import { asTenant, type BusEvent } from "@parlance/ports";
import type { IHeaders, KafkaMessage } from "kafkajs";
import { describe, expect, it, vi } from "vitest";
import { systemClock } from "../clock.ts";
import { silentLog } from "../log.ts";
import { Worker } from "../worker.ts";
import { encodeEvent, toHeaders } from "./envelope.ts";
import { PartitionFeed, type FeedOwner } from "./partition-feed.ts";

function eventOf(key: string, eventId = key): BusEvent {
  return { eventId, topic: "feed.test.v1", tenant: asTenant("ann"), key, time: 0, payload: new Uint8Array() };
}

function messageOf(event: BusEvent, offset: number, headers: IHeaders = {}): KafkaMessage {
  const [key, value] = [Buffer.from(event.key), encodeEvent(event)];
  return { key, value, headers, offset: String(offset), timestamp: "0", attributes: 0 };
}

/** A feed of a partition whose retry topic holds so many events. */
function openFeed(options: { retries?: number; handle?: () => Promise<void>; flow?: FeedOwner["flow"] }) {
  const { retries = 0, handle = async () => {}, flow = () => {} } = options;
  const handled: string[] = [];
  const parked: string[] = [];
  const owner: FeedOwner = {
    clock: systemClock,
    log: silentLog,
    topic: "feed.test.v1",
    parkAfterMs: 1_000,
    commitSoon: () => {},
    seek: () => {},
    flow,
    sendToRetry: async (messages) => void parked.push(...messages.map(({ event }) => event.eventId)),
    sendToDeadLetters: async () => {},
  };
  const subscription = {
    group: "group",
    topics: [owner.topic],
    handle: async (event: BusEvent) => {
      await handle();
      handled.push(event.eventId);
    },
  };
  const at = { main: { offset: 0, metadata: null, end: 0 }, retry: { offset: 0, metadata: null, end: retries } };
  return { feed: new PartitionFeed(owner, new Worker(subscription, systemClock), at), handled, parked };
}

describe("the feed of a partition", () => {
  it("takes new events of a key directly once those in the retry topic are read, though a rebalance came while their keys were", async () => {
    const { feed, handled, parked } = openFeed({ retries: 2 });
    const retries = ["a", "b"].map((key, offset) => messageOf(eventOf(key, `${key} retried`), offset, toHeaders({ attempts: 1 })));
    const [first] = retries;
    if (first !== undefined) feed.takeRetry(first);
    feed.follow();
    for (const message of [...retries, ...retries]) feed.takeRetry(message);
    await vi.waitFor(() => expect(handled).toHaveLength(2));
    feed.takeMain(messageOf(eventOf("a"), 0));
    await vi.waitFor(() => expect(handled).toEqual(["a retried", "b retried", "a"]));
    expect(parked).toEqual([]);
    await feed.close();
  });

  it("handles what it has although its consumer, which has died, takes no orders any more", async () => {
    const release = Promise.withResolvers<void>();
    let died = false;
    const flow = () => {
      if (died) throw new Error("Consumer group was not initialized");
    };
    const { feed, handled } = openFeed({ handle: () => release.promise, flow });
    for (let offset = 0; offset < 600; offset++) feed.takeMain(messageOf(eventOf(`key-${offset}`), offset));
    died = true;
    release.resolve();
    await vi.waitFor(() => expect(handled).toHaveLength(600));
    await feed.close();
  });
});
