import { randomBytes, randomUUID } from "node:crypto";
import { asTenant, type BusEvent, type EventBus } from "@parlance/ports";
import { ConfigResourceTypes, Kafka, logLevel, type Admin } from "kafkajs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../src/clock.ts";
import { openKafkaEventBus, type KafkaEventBusOptions } from "../src/kafka/event-bus.ts";

const keys = Array.from({ length: 30 }, (_, index) => `key${index}`);

/** What must hold when somebody else deletes or changes topics. */
export function describeKafkaTopics(brokers: readonly string[]): void {
  describe("Kafka bus over topics that others change", { timeout: 90_000 }, () => {
    let topic: string;
    let group: string;
    let bus: EventBus;
    let admin: Admin;
    let seen: string[];
    beforeEach(async () => {
      topic = `topics.${randomUUID()}.happened.v1`;
      group = `group-${randomUUID().slice(0, 8)}`;
      seen = [];
      admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      bus = await openBus();
    });
    afterEach(async () => {
      await bus.close();
      await admin.disconnect();
    });

    const openBus = (options: Partial<KafkaEventBusOptions> = {}) =>
      openKafkaEventBus({
        brokers,
        clientId: "topics",
        partitions: 3,
        sessionTimeoutMs: 6000,
        metadataMaxAgeMs: 1000,
        ...options,
      });
    const consume = () => {
      const handle = async ({ eventId }: BusEvent) => void seen.push(eventId);
      return bus.subscribe({ group, topics: [topic], concurrency: 4, handle });
    };
    const publish = (publisher: EventBus, round: string) =>
      publisher.publish(
        keys.map((key) => {
          const eventId = `${round}:${key}`;
          return { eventId, topic, tenant: asTenant("user"), key, time: 1, payload: Buffer.from(key) };
        }),
      );
    const all = (round: string) =>
      vi.waitFor(() => expect(seen).toEqual(expect.arrayContaining(keys.map((key) => `${round}:${key}`))), {
        timeout: 60_000,
        interval: 50,
      });
    const partitionsOf = async (...names: string[]) =>
      (await admin.fetchTopicMetadata({ topics: names })).topics.map(({ partitions }) => partitions.length);

    it("lets an event wait no longer than its pause when the clock of whoever parked it is an hour ahead", async () => {
      const ahead = { ...systemClock, now: () => Date.now() + 3_600_000 };
      const parking = await openBus({ clock: ahead, parkAfterMs: 0 });
      const failed = Promise.withResolvers<void>();
      const parker = await parking.subscribe({
        group,
        topics: [topic],
        retry: { firstDelayMs: 1000 },
        handle: async () => {
          failed.resolve();
          throw new Error("not now");
        },
      });
      await publish(bus, "parked");
      await failed.promise;
      await parker.stop();
      await parking.close();
      await consume();
      await all("parked");
      expect(new Set(seen).size).toBe(keys.length);
    });

    it("makes a topic anew that was deleted, and goes on", async () => {
      await consume();
      await publish(bus, "before");
      await all("before");
      await admin.deleteTopics({ topics: [topic] });
      // As the relay does: what is refused is published again. What comes before consumers have noticed may be lost with the topic.
      let rounds = 0;
      await vi.waitFor(
        async () => {
          rounds += 1;
          await publish(bus, `after ${rounds}`);
          expect(seen.some((eventId) => eventId.startsWith("after"))).toBe(true);
        },
        { timeout: 60_000, interval: 500 },
      );
      await publish(bus, "last");
      await all("last");
    });

    it("sends less together where a topic takes less, and says of an event that is too large by itself what to do", async () => {
      await consume();
      await publish(bus, "before");
      const limit = {
        type: ConfigResourceTypes.TOPIC,
        name: topic,
        configEntries: [{ name: "max.message.bytes", value: "20000" }],
      };
      await admin.alterConfigs({ validateOnly: false, resources: [limit] });
      const large = (eventId: string, bytes: number): BusEvent => {
        return { eventId, topic, tenant: asTenant("user"), key: "large", time: 1, payload: randomBytes(bytes) };
      };
      const sent = Array.from({ length: 40 }, (_, number) => large(`large ${number}`, 8_000));
      await bus.publish(sent);
      await expect(bus.publish([large("too large", 30_000)])).rejects.toMatchObject({
        name: "EventTooLargeError",
        message: expect.stringMatching(/has 30\d{3} bytes, .*raise max\.message\.bytes/),
      });
      await publish(bus, "after");
      await all("after");
      const arrived = () => [...new Set(seen.filter((eventId) => eventId.startsWith("large")))];
      await vi.waitFor(() => expect(arrived()).toEqual(sent.map(({ eventId }) => eventId)), { timeout: 20_000 });
      expect(seen).not.toContain("too large");
    });

    it("delivers from partitions that were added, and gives the retry topic as many", async () => {
      await consume();
      await publish(bus, "before");
      await all("before");
      await admin.createPartitions({ topicPartitions: [{ topic, count: 7 }] });
      const publisher = await openBus();
      await publish(publisher, "after");
      await all("after");
      await publisher.close();
      expect(await partitionsOf(topic, `${topic}.${group}.retry`)).toEqual([7, 7]);
    });

    it.each([
      [5, 3],
      [3, 5],
    ])("starts on a topic with %i partitions and its retry topic with %i", async (main, retries) => {
      const retryTopic = `${topic}.${group}.retry`;
      await admin.createTopics({
        topics: [
          { topic, numPartitions: main },
          { topic: retryTopic, numPartitions: retries },
        ],
      });
      await consume();
      await publish(bus, "first");
      await all("first");
      expect(await partitionsOf(topic, retryTopic)).toEqual([5, 5]);
    });
  });
}
