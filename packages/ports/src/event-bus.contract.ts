import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  Bench,
  delay,
  fact,
  facts,
  numbers,
  payloadNumber,
  plain,
  slowly,
  turnOfLoop,
  untilAborted,
  type EventBusFixture,
  type Handling,
} from "./event-bus.contract-kit.ts";
import type { BusEvent } from "./event-bus.ts";

import { deadLetterCases, failureCases } from "./event-bus.contract-failures.ts";

export type { EventBusFixture } from "./event-bus.contract-kit.ts";

export interface EventBusSuiteOptions {
  /** Longer than the adapter would wait for a silent consumer. Default 300 ms. */
  longHandlerMs?: number;
  /** Until when something must have happened. Default 10,000 ms. */
  patienceMs?: number;
}

/** The promises of `EventBus`, run against each adapter. */
export function describeEventBus(name: string, open: () => Promise<EventBusFixture>, options: EventBusSuiteOptions = {}): void {
  const { longHandlerMs = 300, patienceMs = 10_000 } = options;
  describe(`EventBus: ${name}`, { timeout: patienceMs * 3 }, () => {
    let fixture: EventBusFixture;
    beforeAll(async () => {
      fixture = await open();
    });
    afterAll(() => fixture.close());
    const bench = () => new Bench(fixture, patienceMs);

    describe("delivery", () => {
      deliveryCases(bench);
    });
    describe("order and concurrency", () => {
      orderCases(bench, longHandlerMs);
    });
    describe("failures", () => {
      failureCases(bench);
    });
    describe("dead letters", () => {
      deadLetterCases(bench);
    });
    describe("groups", () => {
      groupCases(bench);
    });
    describe("stop and restart", () => {
      restartCases(bench, open);
    });
  });
}

function deliveryCases(bench: () => Bench): void {
  it("delivers an event with all its fields", async () => {
    const { bus, topic, consume, until } = bench();
    const event: BusEvent = {
      ...fact(topic, "schlüssel 🗝 鍵", 1),
      payload: Uint8Array.from([0, 1, 254, 255]),
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      requestId: "req-ü",
    };
    const seen = await consume({});
    await bus.publish([event]);
    await until(() => expect(seen).toHaveLength(1));
    expect(plain(seen[0]?.event)).toEqual(plain(event));
    expect(seen[0]?.attempt).toBe(1);
  });

  it("delivers an event without the optional fields and with an empty payload and key", async () => {
    const { bus, topic, consume, until } = bench();
    const event = { ...fact(topic, "", 1), payload: new Uint8Array() };
    const seen = await consume({});
    await bus.publish([event]);
    await until(() => expect(seen).toHaveLength(1));
    expect(plain(seen[0]?.event)).toEqual(plain(event));
  });

  it("delivers payloads of 900 kB", async () => {
    const { bus, topic, consume, until } = bench();
    const payload = Uint8Array.from({ length: 900_000 }, (_, index) => (index * 31) % 251);
    const seen = await consume({});
    await bus.publish([1, 2, 3].map((number) => ({ ...fact(topic, "large", number), payload })));
    await until(() => expect(seen).toHaveLength(3));
    for (const { event } of seen) expect(Buffer.compare(event.payload, payload)).toBe(0);
  });

  it("delivers what was published before anybody subscribed", async () => {
    const { bus, topic, consume, until } = bench();
    await bus.publish(facts(topic, "early", 3));
    const seen = await consume({});
    await until(() => expect(numbers(seen)).toEqual([1, 2, 3]));
  });

  it("takes an empty list of events", async () => {
    await expect(bench().bus.publish([])).resolves.toBeUndefined();
  });

  it("delivers 10,000 events, each once and in order", async () => {
    const { bus, topic, consume, until } = bench();
    const keys = Array.from({ length: 50 }, (_, index) => `key-${index}`);
    const seen = await consume({ concurrency: 8 });
    const published = Array.from({ length: 200 }, (_, round) => keys.map((key) => fact(topic, key, round))).flat();
    for (let at = 0; at < published.length; at += 500) await bus.publish(published.slice(at, at + 500));
    await until(() => expect(seen.length).toBeGreaterThanOrEqual(10_000));
    expect(new Set(seen.map(({ event }) => event.eventId)).size).toBe(10_000);
    expect(seen).toHaveLength(10_000);
    for (const key of keys) expect(numbers(seen, key)).toEqual(Array.from({ length: 200 }, (_, round) => round));
  });
}

function orderCases(bench: () => Bench, longHandlerMs: number): void {
  it("keeps the order of a key, one at a time, while different keys run side by side", async () => {
    const { bus, topic, consume, until } = bench();
    const running = new Map<string, number>();
    let overlap = 0;
    let most = 0;
    const handle = async ({ event }: Handling) => {
      running.set(event.key, (running.get(event.key) ?? 0) + 1);
      const counts = [...running.values()];
      overlap = Math.max(overlap, ...counts);
      most = Math.max(
        most,
        counts.reduce((sum, count) => sum + count, 0),
      );
      for (let turn = 0; turn < (event.payload[0] ?? 0) % 5; turn += 1) await turnOfLoop();
      running.set(event.key, (running.get(event.key) ?? 0) - 1);
    };
    const keys = Array.from({ length: 12 }, (_, index) => `key-${index}`);
    await bus.publish(Array.from({ length: 25 }, (_, number) => keys.map((key) => fact(topic, key, number))).flat());
    const seen = await consume({ concurrency: 4 }, handle);
    await until(() => expect(seen).toHaveLength(300));
    for (const key of keys) expect(numbers(seen, key)).toEqual(Array.from({ length: 25 }, (_, number) => number));
    expect(overlap).toBe(1);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  it("runs one handler at a time unless told otherwise", async () => {
    const { bus, topic, consume, until } = bench();
    let running = 0;
    let most = 0;
    const seen = await consume({}, async () => {
      most = Math.max(most, (running += 1));
      await turnOfLoop();
      running -= 1;
    });
    await bus.publish(Array.from({ length: 20 }, (_, index) => fact(topic, `key-${index}`, 1)));
    await until(() => expect(seen).toHaveLength(20));
    expect(most).toBe(1);
  });

  it("delivers once to a handler that takes long, and goes on with other keys meanwhile", async () => {
    const { bus, topic, consume, until } = bench();
    let ended = false;
    const seen = await consume({ concurrency: 2 }, async ({ event, signal }) => {
      if (event.key !== "slow") return;
      await delay(longHandlerMs, signal);
      ended = true;
    });
    await bus.publish([fact(topic, "slow", 1), ...facts(topic, "quick", 5)]);
    await until(() => expect(numbers(seen, "quick")).toEqual([1, 2, 3, 4, 5]));
    expect(ended).toBe(false);
    await bus.publish([fact(topic, "slow", 2)]);
    await until(() => expect(numbers(seen, "slow")).toEqual([1, 2]));
    expect(ended).toBe(true);
  });

  it("keeps topics apart: the same key in another topic does not wait", async () => {
    const { bus, topic, consume, until } = bench();
    const other = `${topic}.other`;
    const seen = await consume({ topics: [topic, other], retry: slowly }, ({ event }) => {
      if (event.topic === topic) throw new Error("not now");
    });
    await bus.publish([fact(topic, "same", 1)]);
    await until(() => expect(seen).toHaveLength(1));
    await bus.publish([fact(other, "same", 2)]);
    await until(() => expect(numbers(seen)).toEqual([1, 2]));
  });
}

function groupCases(bench: () => Bench): void {
  it("gives every group every event", async () => {
    const { bus, topic, group, consume, until } = bench();
    const one = await consume({});
    const two = await consume({ group: `${group}-second` });
    await bus.publish(facts(topic, "key", 4));
    const late = await consume({ group: `${group}-late` });
    await until(() => {
      for (const seen of [one, two, late]) expect(numbers(seen)).toEqual([1, 2, 3, 4]);
    });
  });

  it("lets replicas of a group share the work, in order per key", async () => {
    const { fixture, bus, topic, consume, until } = bench();
    const replica = await fixture.replica();
    const one = await consume({}, turnOfLoop);
    const two = await consume({ bus: replica }, turnOfLoop);
    const keys = Array.from({ length: 40 }, (_, index) => `key-${index}`);
    for (let number = 0; number < 10; number += 1) await bus.publish(keys.map((key) => fact(topic, key, number)));
    await until(() => expect(one.length + two.length).toBeGreaterThanOrEqual(400));
    expect(new Set([...one, ...two].map(({ event }) => event.eventId)).size).toBe(400);
    expect(one.length + two.length).toBe(400);
    expect(one.length).toBeGreaterThan(0);
    expect(two.length).toBeGreaterThan(0);
  });

  it("hands a stopped replica's share to the others", async () => {
    const { fixture, bus, topic, consume, consumers, until } = bench();
    const replica = await fixture.replica();
    const one = await consume({});
    const two = await consume({ bus: replica });
    await consumers[1]?.stop();
    await bus.publish(Array.from({ length: 40 }, (_, index) => fact(topic, `key-${index}`, 1)));
    await until(() => expect(one).toHaveLength(40));
    expect(two).toEqual([]);
  });
}

function restartCases(bench: () => Bench, open: () => Promise<EventBusFixture>): void {
  it("waits for the running handler when it stops, and takes nothing more", async () => {
    const { bus, topic, consume, consumers, until } = bench();
    const gate = Promise.withResolvers<void>();
    let aborted = false;
    let ended = false;
    const seen = await consume({}, async ({ signal }) => {
      await gate.promise;
      aborted = signal.aborted;
      ended = true;
    });
    await bus.publish(facts(topic, "key", 2));
    await until(() => expect(seen).toHaveLength(1));
    const stopped = Promise.all([consumers[0]?.stop(), consumers[0]?.stop()]);
    await turnOfLoop();
    expect(ended).toBe(false);
    gate.resolve();
    await stopped;
    expect({ ended, aborted }).toEqual({ ended: true, aborted: false });
    expect(seen).toHaveLength(1);
  });

  it("aborts the handler's signal after the grace, and the event comes again as the same attempt", async () => {
    const { bus, topic, consume, consumers, until } = bench();
    const seen = await consume({}, ({ signal }) => untilAborted(signal));
    await bus.publish(facts(topic, "key", 2));
    await until(() => expect(seen).toHaveLength(1));
    await consumers[0]?.stop({ graceMs: 20 });
    expect(seen[0]?.signal.aborted).toBe(true);
    const again = await consume({});
    await until(() => expect(numbers(again)).toEqual([1, 2]));
    expect(again[0]?.attempt).toBe(1);
  });

  it("goes on after a restart with exactly what was not handled", async () => {
    const { fixture, bus, topic, group, consume, consumers, patienceMs, until } = bench();
    const seen = await consume({ concurrency: 4 }, async ({ event, signal }) => {
      if (payloadNumber(event) === 3) await untilAborted(signal);
    });
    const keys = ["a", "b", "c", "d"];
    await bus.publish([1, 2, 3, 4].flatMap((number) => keys.map((key) => fact(topic, key, number))));
    await until(() => expect(seen).toHaveLength(12));
    await consumers[0]?.stop({ graceMs: 20 });
    await fixture.reopen();
    const again = await new Bench(fixture, patienceMs, { topic, group }).consume({ concurrency: 4 });
    await fixture.bus.publish([fact(topic, "e", 9)]);
    await until(() => expect(numbers(again, "e")).toEqual([9]));
    await until(() => {
      for (const key of keys) expect(numbers(again, key)).toEqual([3, 4]);
    });
  });

  it("keeps dead letters over a restart", async () => {
    const { fixture, bus, topic, group, consume, until } = bench();
    await consume({ retry: { maxAttempts: 1 } }, () => {
      throw new Error("no");
    });
    await bus.publish(facts(topic, "key", 2));
    await until(async () => expect(await bus.deadLetters(group, 10)).toHaveLength(2));
    await fixture.reopen();
    expect((await fixture.bus.deadLetters(group, 10)).map(({ event }) => payloadNumber(event))).toEqual([1, 2]);
  });

  it("closes twice, stops its consumers, and refuses to publish afterwards", async () => {
    const own = await open();
    const { bus, topic, consume, until } = new Bench(own, bench().patienceMs);
    const seen = await consume({}, ({ signal }) => delay(30, signal));
    await bus.publish(facts(topic, "key", 1));
    await until(() => expect(seen).toHaveLength(1));
    await Promise.all([bus.close(), bus.close()]);
    await bus.close();
    await expect(bus.publish(facts(topic, "key", 1))).rejects.toThrow(/closed/);
    await own.close();
  });
}
