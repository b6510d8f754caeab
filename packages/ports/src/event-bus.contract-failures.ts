import { expect, it } from "vitest";
import { Bench, fact, facts, numbers, payloadNumber, plain, slowly } from "./event-bus.contract-kit.ts";
import { PoisonEventError } from "./event-bus.ts";

/** What a throw of the handler leads to. */
export function failureCases(bench: () => Bench): void {
  it("tries again after a throw, later each time, and later events of the key wait", async () => {
    const { bus, topic, consume, until } = bench();
    const times: number[] = [];
    const seen = await consume({ retry: { maxAttempts: 5, firstDelayMs: 40 } }, ({ event, attempt }) => {
      if (payloadNumber(event) !== 1) return;
      times.push(performance.now());
      if (attempt < 4) throw new Error("not yet");
    });
    await bus.publish(facts(topic, "key", 3));
    await until(() => expect(numbers(seen)).toEqual([1, 1, 1, 1, 2, 3]));
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 1, 1]);
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    [40, 80, 160].forEach((least, index) => expect(waits[index]).toBeGreaterThanOrEqual(least - 2));
  });

  it("goes on with other keys while a key waits", async () => {
    const { bus, topic, consume, until } = bench();
    const seen = await consume({ retry: slowly }, ({ event }) => {
      if (event.key === "bad") throw new Error("down");
    });
    await bus.publish([...facts(topic, "bad", 700), ...Array.from({ length: 300 }, (_, index) => fact(topic, `good-${index}`, 1))]);
    await until(() => expect(seen.filter(({ event }) => event.key !== "bad")).toHaveLength(300));
    expect(numbers(seen, "bad")).toEqual([1]);
  });

  it("counts attempts over a restart, and the key's order holds", async () => {
    const { fixture, bus, topic, group, consume, until } = bench();
    const seen = await consume({ retry: { firstDelayMs: 300 } }, ({ event }) => {
      if (payloadNumber(event) === 1) throw new Error("down");
    });
    await bus.publish(facts(topic, "key", 3));
    await until(() => expect(seen.length).toBeGreaterThanOrEqual(1));
    await fixture.reopen();
    const before = seen.length;
    const again = await new Bench(fixture, bench().patienceMs, { topic, group }).consume({});
    await until(() => expect(numbers(again)).toEqual([1, 2, 3]));
    expect(again[0]?.attempt).toBe(before + 1);
  });

  it("keeps the order of a failing key with much behind it over a restart, while other keys go on", async () => {
    const { fixture, bus, topic, group, consume, patienceMs, until } = bench();
    const seen = await consume({ retry: { firstDelayMs: 2500 } }, ({ event }) => {
      if (event.key === "bad") throw new Error("down");
    });
    const good = Array.from({ length: 300 }, (_, index) => fact(topic, `good-${index}`, 1));
    await bus.publish([...facts(topic, "bad", 1200), ...good]);
    await until(() => expect(seen.filter(({ event }) => event.key !== "bad")).toHaveLength(300));
    await fixture.reopen();
    await fixture.bus.publish([fact(topic, "bad", 1201)]);
    const again = await new Bench(fixture, patienceMs, { topic, group }).consume({});
    await until(() => expect(numbers(again, "bad")).toHaveLength(1201));
    expect(numbers(again, "bad")).toEqual(Array.from({ length: 1201 }, (_, index) => index + 1));
    expect(numbers(seen, "bad").every((number) => number === 1)).toBe(true);
  });
}

/** What becomes of events that cannot be handled. */
export function deadLetterCases(bench: () => Bench): void {
  const quickly = { maxAttempts: 3, firstDelayMs: 5 };

  it("parks an event after its last attempt with error and attempts, and its key goes on", async () => {
    const { bus, topic, group, consume, until } = bench();
    const bad = fact(topic, "key", 1);
    const started = Date.now();
    const seen = await consume({ retry: quickly }, ({ event }) => {
      if (payloadNumber(event) === 1) throw new Error("the disk is on fire");
    });
    await bus.publish([bad, fact(topic, "key", 2)]);
    await until(() => expect(numbers(seen)).toEqual([1, 1, 1, 2]));
    const [letter, ...others] = await bus.deadLetters(group, 10);
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ group, attempts: 3, error: "the disk is on fire" });
    expect(plain(letter?.event)).toEqual(plain(bad));
    expect(letter?.parkedAt).toBeGreaterThanOrEqual(started - 1000);
    expect(letter?.parkedAt).toBeLessThanOrEqual(Date.now() + 1000);
  });

  it("parks an event that no retry can mend at once", async () => {
    const { bus, topic, group, consume, until } = bench();
    const seen = await consume({ retry: slowly }, () => {
      throw new PoisonEventError("cannot be parsed");
    });
    await bus.publish([fact(topic, "key", 1)]);
    await until(async () => expect(await bus.deadLetters(group, 10)).toHaveLength(1));
    expect(seen).toHaveLength(1);
    expect((await bus.deadLetters(group, 10))[0]).toMatchObject({ attempts: 1, error: "cannot be parsed" });
  });

  it("lists the oldest first, up to the limit, of this group only", async () => {
    const { bus, topic, group, consume, until } = bench();
    await consume({ retry: { maxAttempts: 1 } }, () => {
      throw new Error("no");
    });
    const fine = await consume({ group: `${group}-fine` });
    await bus.publish(facts(topic, "key", 5));
    await until(async () => expect(await bus.deadLetters(group, 10)).toHaveLength(5));
    const first = await bus.deadLetters(group, 2);
    expect(first.map(({ event }) => payloadNumber(event))).toEqual([1, 2]);
    await until(() => expect(fine).toHaveLength(5));
    expect(await bus.deadLetters(`${group}-fine`, 10)).toEqual([]);
    expect(await bus.deadLetters(`${group}-unknown`, 10)).toEqual([]);
  });

  it("replays a dead letter with fresh attempts, and forgets it", async () => {
    const { bus, topic, group, consume, until } = bench();
    const bad = fact(topic, "key", 1);
    let mended = false;
    const seen = await consume({ retry: quickly }, () => {
      if (!mended) throw new Error("no");
    });
    const other = await consume({ group: `${group}-other` });
    await bus.publish([bad]);
    await until(async () => expect(await bus.deadLetters(group, 10)).toHaveLength(1));
    await until(() => expect(other).toHaveLength(1));
    mended = true;
    await bus.replay(group, ["unknown", bad.eventId]);
    await until(() => expect(seen).toHaveLength(4));
    expect(seen[3]?.attempt).toBe(1);
    expect(plain(seen[3]?.event)).toEqual(plain(bad));
    await until(async () => expect(await bus.deadLetters(group, 10)).toEqual([]));
    expect(other).toHaveLength(1);
  });

  it("parks a replayed event again when it fails again", async () => {
    const { bus, topic, group, consume, until } = bench();
    const seen = await consume({ retry: { maxAttempts: 1 } }, () => {
      throw new Error("no");
    });
    const [one, two] = [fact(topic, "key", 1), fact(topic, "key", 2)];
    await bus.publish([one, two]);
    await until(async () => expect(await bus.deadLetters(group, 10)).toHaveLength(2));
    await bus.replay(group, [one.eventId]);
    await until(() => expect(numbers(seen)).toEqual([1, 2, 1]));
    await until(async () => expect(await bus.deadLetters(group, 10)).toHaveLength(2));
  });
}
