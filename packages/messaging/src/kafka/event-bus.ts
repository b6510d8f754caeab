import { StoreError, type BusEvent, type Consumer, type DeadLetter, type EventBus, type Subscription } from "@parlance/ports";
import type { Admin, Kafka } from "kafkajs";
import { systemClock, type Clock } from "../clock.ts";
import { errorText, silentLog, type MessagingLog } from "../log.ts";
import { Worker } from "../worker.ts";
import { connectKafka, type KafkaConnection } from "./client.ts";
import { DeadLetters } from "./dead-letters.ts";
import { encodeEvent, toHeaders } from "./envelope.ts";
import { GroupConsumer } from "./group-consumer.ts";
import { consumerGroupId, deadLetterTopic, retryTopic } from "./names.ts";
import type { GroupOutlets } from "./partition-feed.ts";
import { Sender, type Outgoing } from "./sender.ts";
import { Topics } from "./topics.ts";

export interface KafkaEventBusOptions extends Omit<KafkaConnection, "log"> {
  log?: MessagingLog;
  clock?: Clock;
  /** Partitions of a topic that does not exist yet: the most replicas of a service that can share its events. Default 6. */
  partitions?: number;
  /** Copies of a topic that does not exist yet. Default: the cluster's own. */
  replicationFactor?: number;
  /** How long a consumer that says nothing keeps its partitions, in milliseconds. A long handler does not count. Default 10,000. */
  sessionTimeoutMs?: number;
  /**
   * An event whose next attempt is further off than this many milliseconds goes to the group's retry topic with what is behind it in its
   * key; one that waits less holds its partition's offset meanwhile. Default 2,000.
   */
  parkAfterMs?: number;
  /** After how many milliseconds at most a consumer knows of partitions that were added to a topic. Default 30,000. */
  metadataMaxAgeMs?: number;
  /** How long consuming may fail, in milliseconds, before it is given up. Default 600,000. */
  giveUpAfterMs?: number;
  /** Called when a consumer is given up. Default: throws where nobody catches, so that the process ends and is started again. */
  onFatal?: (error: Error) => void;
}

/**
 * An EventBus on Kafka. Handlers run while the consumer goes on talking to the brokers, so they may take as long as they need.
 * @throws StoreError `unavailable` when no broker answers, or none lets this process in.
 */
export async function openKafkaEventBus(options: KafkaEventBusOptions): Promise<EventBus> {
  const kafka = connectKafka({ ...options, log: options.log ?? silentLog });
  const admin = kafka.admin();
  try {
    await admin.connect();
    // A broker that takes the connection and hangs counts as connected, and this client could never use it, even after it goes on.
    await admin.describeCluster();
  } catch (error) {
    await admin.disconnect().catch(() => {});
    throw unusable(error);
  }
  return new KafkaEventBus(kafka, admin, options);
}

class KafkaEventBus implements EventBus {
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #options: KafkaEventBusOptions;
  readonly #clock: Clock;
  readonly #log: MessagingLog;
  readonly #sender: Sender;
  readonly #topics: Topics;
  readonly #deadLetters: DeadLetters;
  readonly #consumers = new Set<Consumer>();
  #closed: Promise<void> | undefined;

  constructor(kafka: Kafka, admin: Admin, options: KafkaEventBusOptions) {
    const { partitions = 6, replicationFactor = -1, clock = systemClock, log = silentLog } = options;
    this.#kafka = kafka;
    this.#admin = admin;
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    this.#sender = new Sender(kafka);
    this.#topics = new Topics({ kafka, admin }, { partitions, replicationFactor });
    this.#deadLetters = new DeadLetters({ kafka, admin, sender: this.#sender, topics: this.#topics });
  }

  async publish(events: readonly BusEvent[]): Promise<void> {
    this.#refuseIfClosed();
    const topics = [...new Set(events.map(({ topic }) => topic))];
    await this.#send(
      events.map((event) => ({ topic: event.topic, message: { key: event.key, value: encodeEvent(event) } })),
      () => Promise.all(topics.map((topic) => this.#topics.events(topic))),
    );
  }

  async subscribe(subscription: Subscription): Promise<Consumer> {
    this.#refuseIfClosed();
    const { group, topics } = subscription;
    try {
      await Promise.all(topics.map((topic) => this.#prepare(group, topic)));
    } catch (error) {
      throw unusable(error);
    }
    const worker = new Worker(subscription, this.#clock);
    const members = topics.map((topic) => this.#consume(group, topic, worker));
    const consumer: Consumer = { stop: (stopping) => this.#stop(consumer, { worker, members, graceMs: stopping?.graceMs }) };
    this.#consumers.add(consumer);
    try {
      await Promise.all(members.map((member) => member.started));
    } catch (error) {
      await consumer.stop();
      throw unusable(error);
    }
    return consumer;
  }

  async deadLetters(group: string, limit: number): Promise<DeadLetter[]> {
    this.#refuseIfClosed();
    return this.#deadLetters.list(group, limit);
  }

  async replay(group: string, eventIds: readonly string[]): Promise<void> {
    this.#refuseIfClosed();
    await this.#deadLetters.replay(group, eventIds);
  }

  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  #refuseIfClosed(): void {
    if (this.#closed !== undefined) throw new Error("the event bus is closed");
  }

  /** Makes the topics of a group, those of them that are not there. */
  #prepare(group: string, topic: string): Promise<unknown> {
    return Promise.all([this.#topics.retries(group, topic), this.#topics.deadLetters(group)]);
  }

  /** What cannot be sent is a reason to look whether its topic is still there. */
  async #send(messages: readonly Outgoing[], prepare: () => Promise<unknown>): Promise<void> {
    try {
      await prepare();
      await this.#sender.send(messages);
    } catch (error) {
      this.#topics.forget();
      throw error;
    }
  }

  #consume(group: string, topic: string, worker: Worker): GroupConsumer {
    const { sessionTimeoutMs = 10_000, parkAfterMs = 2000, metadataMaxAgeMs = 30_000 } = this.#options;
    const { giveUpAfterMs = 600_000, onFatal = throwLater } = this.#options;
    return new GroupConsumer({
      kafka: this.#kafka,
      admin: this.#admin,
      worker,
      outlets: this.#outlets(group, topic),
      groupId: consumerGroupId(group, topic),
      topic,
      retryTopic: retryTopic(group, topic),
      prepare: () => {
        this.#topics.forget();
        return this.#prepare(group, topic);
      },
      sessionTimeoutMs,
      parkAfterMs,
      metadataMaxAgeMs,
      clock: this.#clock,
      log: this.#log,
      giveUpAfterMs,
      onFatal,
    });
  }

  #outlets(group: string, topic: string): GroupOutlets {
    const prepare = () => this.#prepare(group, topic);
    return {
      sendToRetry: (messages) => {
        const outgoing = messages.map(({ event, remarks }) => ({
          topic: retryTopic(group, topic),
          message: { key: event.key, value: encodeEvent(event), headers: toHeaders(remarks) },
        }));
        return this.#send(outgoing, prepare);
      },
      sendToDeadLetters: (event, remarks) => {
        const message = { key: event.eventId, value: encodeEvent(event), headers: toHeaders(remarks) };
        return this.#send([{ topic: deadLetterTopic(group), message }], prepare);
      },
    };
  }

  async #stop(
    consumer: Consumer,
    parts: { worker: Worker; members: readonly GroupConsumer[]; graceMs: number | undefined },
  ): Promise<void> {
    await parts.worker.stop(parts.graceMs);
    await Promise.all(parts.members.map((member) => member.stop()));
    this.#consumers.delete(consumer);
  }

  async #shutDown(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.stop()));
    await this.#sender.close();
    await this.#admin.disconnect();
  }
}

function unusable(error: unknown): StoreError {
  return new StoreError("unavailable", `Kafka cannot be used: ${errorText(error)}`, { cause: error });
}

function throwLater(error: Error): void {
  setImmediate(() => {
    throw new Error("a consumer of the event bus died for good", { cause: error });
  });
}
