import { randomUUID } from "node:crypto";
import type { DeadLetter } from "@parlance/ports";
import type { Admin, Kafka, KafkaMessage } from "kafkajs";
import { retry } from "./client.ts";
import { decodeEvent, encodeEvent, fromHeaders, toHeaders } from "./envelope.ts";
import { consumerGroupId, deadLetterTopic, retryTopic } from "./names.ts";
import type { Sender } from "./sender.ts";
import type { Topics } from "./topics.ts";

const patienceMs = 30_000;

interface Parked {
  letter: DeadLetter;
  /** In the topic of dead letters. */
  offset: number;
}

/**
 * The dead letters of groups: a topic per group, keyed by event id, in which an empty message takes a letter back: the one whose offset
 * it names, as the event may have failed again meanwhile. Reading scans the topic from its beginning; it is for people who mend things,
 * not for the flow of events.
 */
export class DeadLetters {
  readonly #parts: { kafka: Kafka; admin: Admin; sender: Sender; topics: Topics };

  constructor(parts: { kafka: Kafka; admin: Admin; sender: Sender; topics: Topics }) {
    this.#parts = parts;
  }

  async list(group: string, limit: number): Promise<DeadLetter[]> {
    return [...(await this.#read(group)).values()].slice(0, limit).map(({ letter }) => letter);
  }

  /** Writes the letters to the retry topics of their events before it takes them back: a crash in between replays twice. */
  async replay(group: string, eventIds: readonly string[]): Promise<void> {
    const letters = await this.#read(group);
    const wanted = [...new Set(eventIds)].flatMap((eventId) => letters.get(eventId) ?? []);
    for (const { letter } of wanted) await this.#parts.topics.retries(group, letter.event.topic);
    await this.#parts.sender.send(
      wanted.map(({ letter: { event } }) => ({
        topic: retryTopic(group, event.topic),
        message: { key: event.key, value: encodeEvent(event), headers: toHeaders({ attempts: 0 }) },
      })),
    );
    const topic = deadLetterTopic(group);
    const takeBack = ({ letter, offset }: Parked) => {
      const headers = toHeaders({ attempts: 0, originOffset: offset });
      return { topic, message: { key: letter.event.eventId, value: null, headers } };
    };
    await this.#parts.sender.send(wanted.map(takeBack));
  }

  /** By event id, in the order parked. */
  async #read(group: string): Promise<Map<string, Parked>> {
    const parked = new Map<string, Parked>();
    // Whoever asks makes no topic: a group that never subscribed has given up nothing.
    if (!(await this.#parts.topics.exists(deadLetterTopic(group)))) return parked;
    for (const message of await this.#scan(deadLetterTopic(group))) {
      const eventId = message.key?.toString() ?? "";
      const letter = toLetter(group, message);
      const takenBack = fromHeaders(message.headers).originOffset ?? Number.MAX_SAFE_INTEGER;
      const before = parked.get(eventId);
      if (letter !== undefined || (before !== undefined && before.offset <= takenBack)) parked.delete(eventId);
      if (letter !== undefined) parked.set(eventId, { letter, offset: Number(message.offset) });
    }
    return parked;
  }

  async #scan(topic: string): Promise<KafkaMessage[]> {
    const { admin, kafka } = this.#parts;
    const [range] = await admin.fetchTopicOffsets(topic);
    const end = Number(range?.high ?? 0);
    if (end <= Number(range?.low ?? 0)) return [];
    const groupId = consumerGroupId(`reader-${randomUUID()}`, topic);
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: 10_000,
      maxWaitTimeInMs: 100,
      allowAutoTopicCreation: false,
      retry,
    });
    const messages: KafkaMessage[] = [];
    const done = Promise.withResolvers<void>();
    consumer.on(consumer.events.CRASH, ({ payload }) => done.reject(payload.error));
    const timer = setTimeout(() => done.reject(new Error(`${topic} could not be read in time`)), patienceMs);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      const running = consumer.run({
        autoCommit: false,
        eachBatch: async ({ batch }) => {
          messages.push(...batch.messages.filter(({ offset }) => Number(offset) < end));
          if (Number(batch.lastOffset()) >= end - 1) done.resolve();
        },
      });
      await Promise.all([running, done.promise]);
      return messages;
    } finally {
      clearTimeout(timer);
      await consumer.disconnect();
      await admin.deleteGroups([groupId]).catch(() => {});
    }
  }
}

function toLetter(group: string, message: KafkaMessage): DeadLetter | undefined {
  if (message.value === null) return undefined;
  const { attempts, error = "", parkedAt = Number(message.timestamp) } = fromHeaders(message.headers);
  return { event: decodeEvent(message.value), group, attempts, error, parkedAt };
}
