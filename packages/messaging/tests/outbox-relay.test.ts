import { EventEmitter } from "node:events";
import { asTenant, EventTooLargeError, StoreError, type Outbox, type OutboxEvent } from "@parlance/ports";
import { afterEach, describe, expect, it, vi } from "vitest";
import { startOutboxRelay, type OutboxRelay } from "../src/index.ts";
import { silentLog } from "../src/log.ts";

const quick = { log: silentLog, firstDelayMs: 1, maxDelayMs: 4 };
const never = 3_600_000;

describe("outbox relay", () => {
  let relay: OutboxRelay | undefined;
  afterEach(() => relay?.stop());

  it("publishes what is pending at start, in order, and clears it", async () => {
    const { outbox, published, bus } = fixture(450);
    relay = startOutboxRelay({ ...quick, outbox, bus, idleMs: never });
    await vi.waitFor(() => expect(outbox.events).toEqual([]));
    expect(published).toEqual(ids(0, 450));
  });

  it("is woken by a write", async () => {
    const { outbox, published, bus } = fixture(0);
    relay = startOutboxRelay({ ...quick, outbox, bus, idleMs: never });
    await vi.waitFor(() => expect(outbox.looks).toBeGreaterThan(0));
    outbox.write(0, 3);
    await vi.waitFor(() => expect(published).toEqual(ids(0, 3)));
  });

  it("finds by its timer what no hint told of", async () => {
    const { outbox, published, bus } = fixture(0);
    relay = startOutboxRelay({ ...quick, outbox, bus, idleMs: 5 });
    outbox.events.push(event(7));
    await vi.waitFor(() => expect(published).toEqual(["7"]));
  });

  it("publishes again what failed, loses nothing and keeps the order while the bus is down", async () => {
    const { outbox, published, bus } = fixture(10);
    bus.failures = 4;
    relay = startOutboxRelay({ ...quick, outbox, bus, idleMs: never, batchSize: 4 });
    await vi.waitFor(() => expect(outbox.events).toEqual([]));
    expect(published).toEqual(ids(0, 10));
    expect(bus.failures).toBe(0);
  });

  it("publishes again when the process could not clear: at least once, in order", async () => {
    const { outbox, published, bus } = fixture(4);
    outbox.clearFailures = 1;
    relay = startOutboxRelay({ ...quick, outbox, bus, idleMs: never });
    await vi.waitFor(() => expect(outbox.events).toEqual([]));
    expect(published).toEqual([...ids(0, 4), ...ids(0, 4)]);
  });

  it("publishes one batch at a time", async () => {
    const { outbox, bus } = fixture(50);
    relay = startOutboxRelay({ ...quick, outbox, bus, idleMs: never, batchSize: 5 });
    for (let round = 0; round < 10; round += 1) outbox.write(100 + round, 1);
    await vi.waitFor(() => expect(outbox.events).toEqual([]));
    expect(bus.most).toBe(1);
  });

  it("publishes what is pending before it stops", async () => {
    const { outbox, published, bus } = fixture(0);
    relay = startOutboxRelay({ ...quick, outbox, bus, idleMs: never });
    outbox.events.push(...Array.from({ length: 300 }, (_, number) => event(number)));
    await Promise.all([relay.stop(), relay.stop()]);
    expect(published).toEqual(ids(0, 300));
    expect(outbox.hints.listenerCount("written")).toBe(0);
  });

  it("lets an event that is too large hold up its own key alone, tells of it, and publishes it once it is taken", async () => {
    const { outbox, published, bus } = fixture(0);
    bus.tooLarge.add("1");
    const told: object[] = [];
    const log = { ...silentLog, error: (fields: object) => void told.push(fields) };
    // Key 1 has as many events as a batch.
    outbox.events.push(...[1, 4, 7, 10].map(event), ...[0, 2, 3, 5].map(event));
    relay = startOutboxRelay({ ...quick, log, outbox, bus, batchSize: 4, idleMs: 5, tooLargeMs: 200 });
    await vi.waitFor(() => expect(published).toEqual(["0", "2", "3", "5"]));
    outbox.write(8, 2);
    await vi.waitFor(() => expect(published.slice(4)).toEqual(["8", "9"]));
    expect(told[0]).toMatchObject({ eventId: "1", topic: "relay.test.happened.v1", reason: "more than is taken" });
    expect(outbox.events.map(({ eventId }) => eventId)).toEqual(["1", "4", "7", "10"]);
    bus.tooLarge.clear();
    await vi.waitFor(() => expect(published.slice(6)).toEqual(["1", "4", "7", "10"]));
    expect(outbox.events).toEqual([]);
  });

  it("tells of an outbox that is damaged, which no further look mends", async () => {
    const { outbox, bus } = fixture(3);
    outbox.fault = new StoreError("corrupt", "the documents are damaged");
    const told: Error[] = [];
    relay = startOutboxRelay({ ...quick, outbox, bus, onDamaged: (error) => void told.push(error) });
    await vi.waitFor(() => expect(told[0]).toBe(outbox.fault));
  });

  it("stops although the bus is down, and leaves the events pending", async () => {
    const { outbox, bus } = fixture(3);
    bus.failures = Infinity;
    relay = startOutboxRelay({ ...quick, outbox, bus, firstDelayMs: never, maxDelayMs: never });
    await vi.waitFor(() => expect(outbox.looks).toBe(1));
    await relay.stop();
    expect(outbox.events).toHaveLength(3);
  });
});

/** An outbox in memory and a bus whose failures the test sets: the relay's two neighbours, at the moments that matter. */
function fixture(pending: number) {
  const published: string[] = [];
  const outbox = new MemoryOutbox();
  outbox.events.push(...Array.from({ length: pending }, (_, number) => event(number)));
  const bus = {
    failures: 0,
    tooLarge: new Set<string>(),
    running: 0,
    most: 0,
    publish: async (events: readonly OutboxEvent[]) => {
      bus.most = Math.max(bus.most, (bus.running += 1));
      await new Promise((resolve) => setImmediate(resolve));
      bus.running -= 1;
      if (bus.failures > 0) {
        bus.failures -= 1;
        throw new Error("the bus is down");
      }
      if (events.some(({ eventId }) => bus.tooLarge.has(eventId))) throw new EventTooLargeError("more than is taken");
      published.push(...events.map(({ eventId }) => eventId));
    },
  };
  return { outbox, published, bus };
}

class MemoryOutbox implements Outbox {
  readonly events: OutboxEvent[] = [];
  readonly hints = new EventEmitter();
  clearFailures = 0;
  looks = 0;
  fault: Error | undefined;

  write(first: number, count: number): void {
    for (let number = first; number < first + count; number += 1) this.events.push(event(number));
    this.hints.emit("written");
  }

  async pending(limit: number): Promise<OutboxEvent[]> {
    this.looks += 1;
    if (this.fault !== undefined) throw this.fault;
    return this.events.slice(0, limit);
  }

  async clear(eventIds: readonly string[]): Promise<void> {
    if (this.clearFailures > 0) {
      this.clearFailures -= 1;
      throw new Error("the store is down");
    }
    const gone = new Set(eventIds);
    this.events.splice(0, Infinity, ...this.events.filter(({ eventId }) => !gone.has(eventId)));
  }

  onWritten(listener: () => void): () => void {
    this.hints.on("written", listener);
    return () => this.hints.off("written", listener);
  }
}

function event(number: number): OutboxEvent {
  return {
    eventId: String(number),
    topic: "relay.test.happened.v1",
    tenant: asTenant("u"),
    key: String(number % 3),
    time: number,
    payload: new Uint8Array(),
  };
}

function ids(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(first + index));
}
