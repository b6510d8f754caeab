import type { Admin, ITopicConfig, Kafka } from "kafkajs";
import { systemClock } from "../clock.ts";
import { errorText } from "../log.ts";
import { deadLetterTopic, retryTopic } from "./names.ts";

const day = 24 * 3_600_000;
const patienceMs = 15_000;

export interface TopicSettings {
  /** Of a topic that does not exist yet. */
  partitions: number;
  /** Copies of a topic that does not exist yet; -1 for the cluster's own default. */
  replicationFactor: number;
}

/** Makes the topics that the bus needs, and remembers which are there. */
export class Topics {
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #settings: TopicSettings;
  readonly #known = new Map<string, Promise<number>>();

  constructor({ kafka, admin }: { kafka: Kafka; admin: Admin }, settings: TopicSettings) {
    this.#kafka = kafka;
    this.#admin = admin;
    this.#settings = settings;
  }

  /** Resolves with the number of partitions of an event's topic. */
  events(topic: string): Promise<number> {
    return this.#ensure({ topic, numPartitions: this.#settings.partitions, configEntries: keep(7 * day) });
  }

  /**
   * The retry topic of a group; as many partitions as the events' topic has, whoever made that. Where somebody has raised the number of one, the
   * other follows, for a key must stand in the same partition of both.
   */
  async retries(group: string, topic: string): Promise<number> {
    const numPartitions = await this.events(topic);
    const retries = retryTopic(group, topic);
    const found = await this.#ensure({ topic: retries, numPartitions, configEntries: keep(14 * day) });
    if (found === numPartitions) return found;
    await this.#raise(found < numPartitions ? retries : topic, Math.max(found, numPartitions));
    return Math.max(found, numPartitions);
  }

  deadLetters(group: string): Promise<number> {
    return this.#ensure({ topic: deadLetterTopic(group), numPartitions: 1, configEntries: keep(14 * day) });
  }

  /** Looks again at what is there: a topic may have been deleted or changed by others. */
  forget(): void {
    this.#known.clear();
  }

  async exists(topic: string): Promise<boolean> {
    return (await this.#admin.listTopics()).includes(topic);
  }

  #ensure(config: ITopicConfig): Promise<number> {
    let known = this.#known.get(config.topic);
    if (known === undefined) {
      known = this.#make(config);
      this.#known.set(config.topic, known);
      known.catch(() => this.#known.delete(config.topic));
    }
    return known;
  }

  async #make(config: ITopicConfig): Promise<number> {
    const existing = await this.#partitions(config.topic);
    if (existing !== undefined) return existing;
    const topic = { ...config, replicationFactor: this.#settings.replicationFactor };
    // With `waitForLeaders` the call fails now and then although it made the topic; and whether another replica made it meanwhile is
    // plain from the topic being there.
    const failure = await this.#change((admin) => admin.createTopics({ waitForLeaders: false, topics: [topic] }));
    for (const begun = performance.now(); performance.now() - begun < patienceMs; await systemClock.sleep(50)) {
      const partitions = await this.#partitions(config.topic);
      if (partitions !== undefined) return partitions;
    }
    throw new Error(`topic ${config.topic} could not be made: ${failure === undefined ? "it has no leader" : errorText(failure)}`, {
      cause: failure,
    });
  }

  async #raise(topic: string, count: number): Promise<void> {
    // Another replica may have been faster; then the topic has what is wanted.
    const failure = await this.#change((admin) => admin.createPartitions({ topicPartitions: [{ topic, count }] }));
    this.#known.delete(topic);
    for (const begun = performance.now(); performance.now() - begun < patienceMs; await systemClock.sleep(50)) {
      if (((await this.#partitions(topic)) ?? 0) >= count) return;
    }
    const reason = failure === undefined ? "it has no leader" : errorText(failure);
    throw new Error(`topic ${topic} could not be given ${count} partitions: ${reason}`, { cause: failure });
  }

  /**
   * Gives what went wrong. By a client of its own: one that has known a topic which is deleted meanwhile changes nothing any more.
   */
  async #change(change: (admin: Admin) => Promise<unknown>): Promise<unknown> {
    const admin = this.#kafka.admin();
    try {
      await admin.connect();
      await change(admin);
      return undefined;
    } catch (error) {
      return error;
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }

  /** Undefined while the topic is absent or a partition of it has no leader. */
  async #partitions(topic: string): Promise<number | undefined> {
    if (!(await this.exists(topic))) return undefined;
    try {
      const { topics } = await this.#admin.fetchTopicMetadata({ topics: [topic] });
      const partitions = topics[0]?.partitions ?? [];
      const led = partitions.every(({ partitionErrorCode, leader }) => partitionErrorCode === 0 && leader >= 0);
      return led && partitions.length > 0 ? partitions.length : undefined;
    } catch {
      return undefined;
    }
  }
}

function keep(milliseconds: number) {
  return [{ name: "retention.ms", value: String(milliseconds) }];
}
