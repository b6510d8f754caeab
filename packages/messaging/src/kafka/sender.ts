import { EventTooLargeError } from "@parlance/ports";
import { Partitioners, type Kafka, type Message, type Producer } from "kafkajs";
import { retry } from "./client.ts";

export interface Outgoing {
  topic: string;
  message: Message;
}

interface Waiting {
  messages: readonly Outgoing[];
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Below a broker's default limit of 1 MiB for what a partition gets in one request. */
const maxRequestBytes = 900_000;
/** One message with its envelope; the broker refuses larger ones. */
const maxMessageBytes = 1_000_000;
const maxRequestMessages = 1000;

/**
 * Sends messages, acknowledged by all in-sync replicas, one request after the other in the order given. What waits is sent together.
 *
 * kafkajs's idempotent producer takes its sequence number back when a send fails, although the broker may have written the batch; the
 * next message then carries a number that was used and is dropped as a duplicate, without an error. So a producer is never used again
 * after a send that failed. Without idempotence one failed partition would send the others' messages twice.
 */
export class Sender {
  readonly #kafka: Kafka;
  readonly #queue: Waiting[] = [];
  #producer: Promise<Producer> | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  /** Resolves when all are acknowledged. After a rejection some may have been written. @throws EventTooLargeError for one that is never taken */
  async send(messages: readonly Outgoing[]): Promise<void> {
    if (this.#closed) throw new Error("the event bus is closed");
    for (const { topic, message } of messages) {
      const bytes = sizeOf(message);
      if (bytes > maxMessageBytes)
        throw new EventTooLargeError(`an event of ${topic} has ${bytes} bytes, more than ${maxMessageBytes}`);
    }
    await Promise.all(slices(messages).map((slice) => this.#enqueue(slice)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.#discard();
  }

  #enqueue(messages: readonly Outgoing[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ messages, resolve, reject });
      this.#running ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#nextBatch();
      try {
        await this.#sendParted(batch.flatMap(({ messages }) => messages));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        await this.#discard();
        // What follows must not overtake what failed, as it may be of the same key.
        for (const { reject } of [...batch, ...this.#queue.splice(0)]) reject(error);
      }
    }
    this.#running = undefined;
  }

  #nextBatch(): Waiting[] {
    let count = 0;
    let messages = 0;
    let bytes = 0;
    for (const waiting of this.#queue) {
      messages += waiting.messages.length;
      bytes += total(waiting.messages);
      if (count > 0 && (messages > maxRequestMessages || bytes > maxRequestBytes)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  /** Brokers may be set to take less in one request than is sent together here: then in ever smaller parts, in order. */
  async #sendParted(outgoing: readonly Outgoing[]): Promise<void> {
    try {
      await this.#sendBatch(outgoing);
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      await this.#discard();
      const [first, second] = outgoing;
      if (first !== undefined && second === undefined) throw tooLarge(first, error);
      const half = Math.ceil(outgoing.length / 2);
      await this.#sendParted(outgoing.slice(0, half));
      await this.#sendParted(outgoing.slice(half));
    }
  }

  async #sendBatch(outgoing: readonly Outgoing[]): Promise<void> {
    const byTopic = Map.groupBy(outgoing, ({ topic }) => topic);
    const topicMessages = [...byTopic].map(([topic, list]) => ({ topic, messages: list.map(({ message }) => message) }));
    this.#producer ??= this.#connect();
    const producer = await this.#producer;
    await producer.sendBatch({ acks: -1, topicMessages });
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry,
    });
    await producer.connect();
    return producer;
  }

  async #discard(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    // A producer that cannot be reached cannot be told either; its sockets close with the error.
    await producer?.then((connected) => connected.disconnect()).catch(() => {});
  }
}

function isTooLarge(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ("type" in cause && (cause.type === "MESSAGE_TOO_LARGE" || cause.type === "RECORD_LIST_TOO_LARGE")) return true;
  return false;
}

function tooLarge({ topic, message }: Outgoing, cause: unknown): EventTooLargeError {
  const advice = `raise max.message.bytes of the topic, or message.max.bytes of the brokers, to ${maxMessageBytes + 48_576}`;
  return new EventTooLargeError(`an event of ${topic} has ${sizeOf(message)} bytes, more than the brokers take: ${advice}`, {
    cause,
  });
}

function sizeOf({ key, value, headers }: Message): number {
  let bytes = Buffer.byteLength(key ?? "") + Buffer.byteLength(value ?? "") + 100;
  for (const [name, header] of Object.entries(headers ?? {})) bytes += name.length + Buffer.byteLength(String(header ?? ""));
  return bytes;
}

function total(messages: readonly Outgoing[]): number {
  return messages.reduce((bytes, { message }) => bytes + sizeOf(message), 0);
}

/** Pieces that each fit into one request, in order. */
function slices(messages: readonly Outgoing[]): Outgoing[][] {
  const made: Outgoing[][] = [];
  let bytes = 0;
  for (const outgoing of messages) {
    const size = sizeOf(outgoing.message);
    const last = made.at(-1);
    if (last === undefined || last.length >= maxRequestMessages || bytes + size > maxRequestBytes) {
      made.push([outgoing]);
      bytes = size;
    } else {
      last.push(outgoing);
      bytes += size;
    }
  }
  return made;
}
