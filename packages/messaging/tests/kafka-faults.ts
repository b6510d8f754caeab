import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "@parlance/engines";
import { asTenant, type BusEvent, type Consumer, type EventBus } from "@parlance/ports";
import { Kafka, logLevel } from "kafkajs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { MessagingLog } from "../src/index.ts";
import { openKafkaEventBus } from "../src/kafka/index.ts";
import { silentLog } from "../src/log.ts";

const keys = Array.from({ length: 8 }, (_, index) => `key${index}`);

/** What must hold when the broker or a replica is killed or hangs. */
export function describeKafkaFaults(address: string, broker: Engine): void {
  describe("Kafka bus under faults", { timeout: 180_000 }, () => {
    let topic: string;
    let group: string;
    let buses: EventBus[];
    beforeEach(() => {
      topic = `faults.${randomUUID()}.happened.v1`;
      group = `group-${randomUUID().slice(0, 8)}`;
      buses = [];
    });
    afterEach(() => Promise.all(buses.map((bus) => bus.close())));

    const open = async (log: MessagingLog = silentLog) => {
      const bus = await openKafkaEventBus({ brokers: [address], clientId: "faults", partitions: 3, sessionTimeoutMs: 6000, log });
      buses.push(bus);
      return bus;
    };
    const consume = async (bus: EventBus) => {
      const seen: string[] = [];
      const handle = async (event: BusEvent) => {
        seen.push(event.eventId);
      };
      const consumer = await bus.subscribe({ group, topics: [topic], concurrency: 4, handle });
      return { seen, consumer };
    };

    it("loses nothing and keeps the order of each key while the broker is killed during publishing and consuming", async () => {
      const bus = await open();
      const { seen } = await consume(bus);
      const publishing = Promise.all(keys.map((key) => publishAll(bus, topic, key, 150)));
      for (const share of [0.2, 0.6]) {
        await until(() => expect(seen.length).toBeGreaterThan(keys.length * 150 * share));
        await broker.kill();
        await broker.start();
      }
      await publishing;
      await until(() => expect(new Set(seen).size).toBe(keys.length * 150));
      for (const key of keys) expect(firstSeen(seen, key)).toEqual(ids(key, 150));
    });

    it("refuses to open on a broker that hangs, and opens when it goes on", async () => {
      await broker.pause();
      const refused: unknown = await open().catch((error: unknown) => error);
      await broker.resume();
      expect(refused).toMatchObject({ name: "StoreError", kind: "unavailable" });
      // It answers before it is a part of its cluster again; whoever opens the bus asks until then.
      await until(async () => void (await open()));
      for (const bus of buses) await consume(bus);
    });

    it("does not lose the event after one whose send timed out on a broker that hung", async () => {
      const bus = await open();
      const { seen } = await consume(bus);
      await bus.publish([made(topic, "key", 0)]);
      await until(() => expect(seen).toEqual(["key:0"]));
      await broker.pause();
      const hung = await bus.publish([made(topic, "key", 1)]).then(
        () => "acknowledged",
        () => "refused",
      );
      await broker.resume();
      expect(hung).toBe("refused");
      for (let number = 2; number < 6; number += 1) await bus.publish([made(topic, "key", number)]);
      await until(() => expect(seen).toEqual(expect.arrayContaining(["key:2", "key:3", "key:4", "key:5"])));
      expect(firstSeen(seen, "key").filter((id) => id !== "key:1")).toEqual(["key:0", "key:2", "key:3", "key:4", "key:5"]);
    });

    it.each(outages)("leaves no zombie when it stops $name", async ({ stop }) => {
      const died = Promise.withResolvers<void>();
      const watch = {
        ...silentLog,
        error: (_: object, message: string) => (message.startsWith("consumer died") ? died.resolve() : undefined),
      };
      const first = await open(watch);
      const before = await consume(first);
      await first.publish([made(topic, "key0", 0)]);
      await until(() => expect(before.seen).toHaveLength(1));
      await broker.kill();
      await stop({ broker, consumer: before.consumer, died: died.promise });

      const second = await open();
      const after = await consume(second);
      await second.publish(keys.flatMap((key) => [1, 2, 3].map((number) => made(topic, key, number))));
      // A zombie would hold some of the partitions, and show among the members.
      await until(() => expect(new Set(after.seen).size).toBeGreaterThanOrEqual(keys.length * 3));
      expect(before.seen).toHaveLength(1);
      expect(await membersOf(address, `${group}.${topic}`)).toBe(1);
    });

    it("parks bytes that are no event, and goes on", async () => {
      const bus = await open();
      await bus.publish([made(topic, "key0", 0)]);
      const producer = new Kafka({ brokers: [address], clientId: "stranger", logLevel: logLevel.NOTHING }).producer();
      await producer.connect();
      await producer.send({ topic, messages: [{ key: "key0", value: "no envelope" }] });
      await producer.disconnect();
      await bus.publish([made(topic, "key0", 1)]);
      const { seen } = await consume(bus);
      await until(() => expect(seen).toEqual(["key0:0", "key0:1"]));
      await until(async () => expect(await bus.deadLetters(group, 10)).toHaveLength(1));
      const [letter] = await bus.deadLetters(group, 10);
      expect(letter).toMatchObject({ attempts: 0, error: expect.stringMatching(/^not an event/) });
      expect(Buffer.from(letter?.event.payload ?? []).toString()).toBe("no envelope");
    });

    it("hands over everything in order when replicas are killed, with events waiting in the retry topic", async () => {
      const folder = await mkdtemp(join(tmpdir(), "parlance-kafka-"));
      const file = join(folder, "handled");
      const children: ChildProcess[] = [];
      const start = () => children.push(spawnChild([address, topic, group, file]));
      try {
        const bus = await open();
        await bus.publish([made(topic, "key0", 0)]);
        start();
        start();
        const publishing = Promise.all(keys.map((key) => publishAll(bus, topic, key, 120)));
        for (const share of [0.2, 0.4, 0.6, 0.8]) {
          await until(() => {
            expect(children.filter(({ exitCode }) => exitCode !== null)).toEqual([]);
            expect(new Set(lines(file)).size).toBeGreaterThan(keys.length * 120 * share);
          });
          await kill(children.shift());
          start();
        }
        await publishing;
        await until(() => expect(new Set(lines(file)).size).toBe(keys.length * 120));
        for (const key of keys) expect(firstSeen(lines(file), key)).toEqual(ids(key, 120));
        expect(await bus.deadLetters(group, 10)).toEqual([]);
      } finally {
        await Promise.all(children.map(kill));
        await rm(folder, { recursive: true });
      }
    });
  });
}

interface Outage {
  broker: Engine;
  consumer: Consumer;
  /** Resolves when the consumer has died and a new one is to take its place. */
  died: Promise<void>;
}

const outages: { name: string; stop: (outage: Outage) => Promise<void> }[] = [
  {
    name: "before the broker is back",
    stop: async ({ broker, consumer }) => {
      await consumer.stop();
      await broker.start();
    },
  },
  {
    name: "while the broker comes back",
    stop: async ({ broker, consumer }) => {
      await Promise.all([broker.start(), consumer.stop()]);
    },
  },
  {
    name: "while a dead consumer is being replaced",
    stop: async ({ broker, consumer, died }) => {
      await died;
      await Promise.all([broker.start(), consumer.stop()]);
    },
  },
];

async function membersOf(address: string, groupId: string): Promise<number | undefined> {
  const admin = new Kafka({ brokers: [address], clientId: "faults", logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const { groups } = await admin.describeGroups([groupId]);
    return groups[0]?.members.length;
  } finally {
    await admin.disconnect();
  }
}

/** Publishes one key's events in order, each as often as it takes: what the relay does. */
async function publishAll(bus: EventBus, topic: string, key: string, count: number): Promise<void> {
  for (let number = 0; number < count;) {
    const batch = Array.from({ length: Math.min(3, count - number) }, (_, index) => made(topic, key, number + index));
    try {
      await bus.publish(batch);
      number += batch.length;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function made(topic: string, key: string, number: number): BusEvent {
  return { eventId: `${key}:${number}`, topic, tenant: asTenant("u"), key, time: number, payload: new Uint8Array([number & 255]) };
}

function until(condition: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(condition, { timeout: 90_000, interval: 20 });
}

function ids(key: string, count: number): string[] {
  return Array.from({ length: count }, (_, number) => `${key}:${number}`);
}

/** A key's events in the order in which each came for the first time. */
function firstSeen(seen: readonly string[], key: string): string[] {
  return [...new Set(seen.filter((id) => id.startsWith(`${key}:`)))];
}

function spawnChild(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, "kafka-child.ts"), ...args], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function kill(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

function lines(file: string): string[] {
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
}
