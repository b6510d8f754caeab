import { randomUUID } from "node:crypto";
import { openKafkaEventBus } from "@parlance/messaging/kafka";
import { asTenant, type BusEvent } from "@parlance/ports";
import { Kafka, logLevel, Partitioners } from "kafkajs";
import type { Row } from "./report.ts";
import { median, medianRatio, measurePairs } from "./statistics.ts";
import type { Workspace } from "./workspace.ts";

const pairs = 5;
const events = 4_000;
const batch = 100;
const payload = Buffer.alloc(1_000, 7);

interface Sides {
  /** Sends all, some batches at a time, and resolves once all are acknowledged by all replicas. */
  publish: () => Promise<void>;
  /** Resolves when all that was sent has been handled. */
  handled: () => Promise<void>;
}

interface Measured {
  publishRate: number;
  rate: number;
  cpuMicros: number;
}

/** The event bus against kafkajs alone: events of one kilobyte over many keys, published and handled. */
export async function benchEvents(workspace: Workspace): Promise<Row[]> {
  const broker = new URL((await workspace.engine("Kafka")).url.replace("kafka:", "http:")).host;
  const ours = await openBus(workspace, broker);
  const reference = await openRaw(workspace, broker);
  workspace.progress("warming up");
  for (const side of [ours, reference]) await measure(side);
  workspace.progress("publishing and handling");
  const measured = await measurePairs(pairs, { ours: () => measure(ours), reference: () => measure(reference) });
  return [
    {
      benchmark: "events",
      name: `${events.toLocaleString("en")} events of 1 kB on Kafka, from the first publish to the last handled`,
      result: { value: medianRatio(measured, ({ rate }) => rate), of: "of the rate of kafkajs alone" },
      ours: figuresOf(measured.ours),
      reference: { name: "kafkajs alone, offsets committed by itself", figures: figuresOf(measured.reference) },
    },
  ];
}

async function measure({ publish, handled }: Sides): Promise<Measured> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const done = handled();
  await publish();
  const published = performance.now();
  await done;
  const ended = performance.now();
  const { user, system } = process.cpuUsage(cpu);
  return {
    publishRate: events / ((published - began) / 1_000),
    rate: events / ((ended - began) / 1_000),
    cpuMicros: (user + system) / events,
  };
}

function figuresOf(measured: readonly Measured[]) {
  return {
    "handled per second": median(measured.map(({ rate }) => rate)),
    "published per second": median(measured.map(({ publishRate }) => publishRate)),
    "CPU µs of this process each": median(measured.map(({ cpuMicros }) => cpuMicros)),
  };
}

/** Counts what is handled, and tells when a round is complete. */
function counter() {
  let count = 0;
  let waiting: PromiseWithResolvers<void> | undefined;
  return {
    count: () => {
      count++;
      if (count % events === 0) waiting?.resolve();
    },
    handled: () => {
      waiting = Promise.withResolvers<void>();
      return waiting.promise;
    },
  };
}

async function inBatches(send: (numbers: readonly number[]) => Promise<unknown>): Promise<void> {
  const sends: Promise<unknown>[] = [];
  for (let start = 0; start < events; start += batch) {
    sends.push(send(Array.from({ length: batch }, (_, place) => start + place)));
    // As many under way as a busy relay has.
    if (sends.length % 4 === 0) await Promise.all(sends.splice(0));
  }
  await Promise.all(sends);
}

async function openBus(workspace: Workspace, broker: string): Promise<Sides> {
  const bus = await openKafkaEventBus({ brokers: [broker], clientId: "bench-ours", partitions: 3 });
  workspace.atEnd(() => bus.close());
  const topic = `bench.ours.${randomUUID()}`;
  const { count, handled } = counter();
  const handle = async () => count();
  await bus.subscribe({ group: `bench-${randomUUID()}`, topics: [topic], handle, concurrency: 8 });
  const eventOf = (number: number): BusEvent => ({
    eventId: randomUUID(),
    topic,
    tenant: asTenant("bench"),
    key: `key-${number % 64}`,
    time: Date.now(),
    payload,
  });
  return { handled, publish: () => inBatches((numbers) => bus.publish(numbers.map(eventOf))) };
}

async function openRaw(workspace: Workspace, broker: string): Promise<Sides> {
  const kafka = new Kafka({ brokers: [broker], clientId: "bench-raw", logLevel: logLevel.NOTHING });
  const topic = `bench.raw.${randomUUID()}`;
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 3 }], waitForLeaders: false });
  await admin.disconnect();
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  workspace.atEnd(() => producer.disconnect());
  const consumer = kafka.consumer({ groupId: `bench-${randomUUID()}`, maxWaitTimeInMs: 250 });
  await consumer.connect();
  workspace.atEnd(() => consumer.disconnect());
  await consumer.subscribe({ topic, fromBeginning: true });
  const { count, handled } = counter();
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  await consumer.run({ eachMessage: async () => count(), partitionsConsumedConcurrently: 3 });
  await joined;
  const messageOf = (number: number) => ({ key: `key-${number % 64}`, value: payload });
  return {
    handled,
    publish: () => inBatches((numbers) => producer.send({ topic, acks: -1, messages: numbers.map(messageOf) })),
  };
}
