import type { Admin, Consumer as KafkaConsumer, EachBatchPayload, Kafka } from "kafkajs";
import type { Clock } from "../clock.ts";
import { errorText, type MessagingLog } from "../log.ts";
import type { Worker } from "../worker.ts";
import { coPartitionAssigner } from "./assigner.ts";
import { retry } from "./client.ts";
import { PartitionFeed, type GroupOutlets, type Source } from "./partition-feed.ts";
import { readPositions } from "./positions.ts";

export interface SessionOptions {
  kafka: Kafka;
  admin: Admin;
  worker: Worker;
  outlets: GroupOutlets;
  groupId: string;
  topic: string;
  retryTopic: string;
  sessionTimeoutMs: number;
  parkAfterMs: number;
  metadataMaxAgeMs: number;
  clock: Clock;
  log: MessagingLog;
}

/** How often positions may be looked for in vain. */
const mostLooks = 50;

/** One life of a kafkajs consumer, from joining the group to leaving it or crashing. It is never started again. */
export class ConsumerSession {
  readonly #options: SessionOptions;
  readonly #consumer: KafkaConsumer;
  readonly #feeds = new Map<number, PartitionFeed>();
  /** Feeds of lost partitions whose handlers still run. A partition that comes back waits for them. */
  readonly #closing = new Map<number, Promise<unknown>>();
  readonly #joined = Promise.withResolvers<void>();
  readonly #crashed = Promise.withResolvers<Error>();
  readonly #ended = new AbortController();
  #running: Promise<void> | undefined;
  #memberId = "";
  #join = 0;
  #commit: Promise<void> | undefined;
  #commitAgain = false;

  constructor(options: SessionOptions) {
    const { kafka, groupId, sessionTimeoutMs, metadataMaxAgeMs } = options;
    this.#options = options;
    this.#consumer = kafka.consumer({
      groupId,
      partitionAssigners: [coPartitionAssigner],
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs * 2,
      heartbeatInterval: Math.floor(sessionTimeoutMs / 5),
      maxWaitTimeInMs: 250,
      maxBytesPerPartition: 1024 * 1024,
      metadataMaxAge: metadataMaxAgeMs,
      allowAutoTopicCreation: false,
      retry,
    });
    this.#consumer.on(this.#consumer.events.GROUP_JOIN, ({ payload }) => this.#onJoin(payload.memberId, payload.memberAssignment));
    this.#consumer.on(this.#consumer.events.CRASH, ({ payload }) => this.#crashed.resolve(payload.error));
  }

  /** Resolves with the error when the consumer has died; never when it was ended. */
  get crashed(): Promise<Error> {
    return this.#crashed.promise;
  }

  /** Resolves when the group has been joined for the first time and the partitions' positions are known. */
  get joined(): Promise<void> {
    return this.#joined.promise;
  }

  start(): void {
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    const { topic, retryTopic } = this.#options;
    try {
      await this.#consumer.connect();
      await this.#consumer.subscribe({ topics: [topic, retryTopic], fromBeginning: true });
      await this.#consumer.run({
        autoCommit: false,
        partitionsConsumedConcurrently: 1,
        eachBatch: async (batch) => this.#take(batch),
      });
    } catch (error) {
      this.#crashed.resolve(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /**
   * Commits, leaves the group and lets go of all partitions. Waits for a start that is under way: a consumer that is disconnected while
   * it joins would join all the same, and consume on with nobody to stop it.
   */
  async end(): Promise<void> {
    await this.#running;
    await this.#commitNow();
    this.#ended.abort();
    await this.#consumer.disconnect().catch((error: unknown) => {
      this.#options.log.warn({ groupId: this.#options.groupId, reason: errorText(error) }, "consumer did not leave cleanly");
    });
    for (const partition of this.#feeds.keys()) this.#release(partition);
    await Promise.all(this.#closing.values());
  }

  #take(payload: EachBatchPayload): void {
    const { batch } = payload;
    const feed = this.#feeds.get(batch.partition);
    for (const message of batch.messages) {
      // A seek was asked for: what follows will be read again from there.
      if (feed === undefined || payload.isStale()) return;
      if (batch.topic === this.#options.topic) feed.takeMain(message);
      else feed.takeRetry(message);
    }
  }

  /** Called by kafkajs before it fetches anything under the new assignment. */
  #onJoin(memberId: string, assignment: Record<string, number[]>): void {
    const { topic, retryTopic } = this.#options;
    const partitions = assignment[topic] ?? [];
    const known = memberId === this.#memberId;
    this.#memberId = memberId;
    this.#join += 1;
    for (const partition of this.#feeds.keys()) if (!known || !partitions.includes(partition)) this.#release(partition);
    if (partitions.length > 0) this.#consumer.pause([topic, retryTopic].map((name) => ({ topic: name, partitions })));
    void this.#adopt(partitions, this.#join);
  }

  #release(partition: number): void {
    const feed = this.#feeds.get(partition);
    if (feed === undefined) return;
    this.#feeds.delete(partition);
    const before = this.#closing.get(partition);
    this.#closing.set(partition, Promise.all([before, feed.close()]));
  }

  async #adopt(partitions: readonly number[], join: number): Promise<void> {
    const current = () => join === this.#join && !this.#ended.signal.aborted;
    for (let look = 1; current(); look += 1) {
      try {
        const positions = await readPositions(this.#options.admin, this.#options);
        for (const partition of partitions) {
          const at = positions.get(partition);
          if (at === undefined) throw new Error(`partition ${partition} is not known yet`);
          if (!current()) return;
          const kept = this.#feeds.get(partition);
          if (kept?.agrees(at)) kept.follow();
          else await this.#open(partition, at, current);
        }
        this.#joined.resolve();
        this.commitSoon();
        return;
      } catch (error) {
        // A topic is gone, or has partitions that the other lacks: whoever comes next makes what is missing.
        if (look === mostLooks) this.#crashed.resolve(error instanceof Error ? error : new Error(String(error)));
        this.#options.log.warn(
          { groupId: this.#options.groupId, reason: errorText(error) },
          "positions cannot be read, will try again",
        );
        await this.#options.clock.sleep(100, this.#ended.signal).catch(() => {});
      }
    }
  }

  async #open(partition: number, at: Parameters<PartitionFeed["agrees"]>[0], current: () => boolean): Promise<void> {
    this.#release(partition);
    await this.#closing.get(partition);
    if (!current()) return;
    const { clock, log, outlets, parkAfterMs, topic, retryTopic, worker } = this.#options;
    const nameOf = (source: Source) => (source === "main" ? topic : retryTopic);
    const owner = {
      clock,
      log,
      topic,
      parkAfterMs,
      ...outlets,
      commitSoon: () => this.commitSoon(),
      seek: (source: Source, offset: number) => this.#consumer.seek({ topic: nameOf(source), partition, offset: String(offset) }),
      flow: (source: Source, open: boolean) => {
        const which = [{ topic: nameOf(source), partitions: [partition] }];
        if (open) this.#consumer.resume(which);
        else this.#consumer.pause(which);
      },
    };
    this.#feeds.set(partition, new PartitionFeed(owner, worker, at));
  }

  /** Commits in the background; what changes meanwhile goes with the next commit. */
  commitSoon(): void {
    if (this.#ended.signal.aborted) return;
    if (this.#commit !== undefined) this.#commitAgain = true;
    else {
      this.#commit = this.#commitNow().finally(() => {
        this.#commit = undefined;
        if (!this.#commitAgain) return;
        this.#commitAgain = false;
        this.commitSoon();
      });
    }
  }

  /** A commit that fails is made up for by the next one: only what is handled twice can come of it. */
  async #commitNow(): Promise<void> {
    const { topic, retryTopic } = this.#options;
    const offsets = [...this.#feeds].flatMap(([partition, feed]) => {
      const { main, retry } = feed.commitPoints();
      return [
        { topic, partition, offset: String(main.offset), metadata: main.metadata },
        { topic: retryTopic, partition, offset: String(retry.offset), metadata: retry.metadata },
      ];
    });
    if (offsets.length === 0) return;
    try {
      await this.#consumer.commitOffsets(offsets);
    } catch (error) {
      this.#options.log.info({ groupId: this.#options.groupId, reason: errorText(error) }, "offsets not committed");
    }
  }
}
