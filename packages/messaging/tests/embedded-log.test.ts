import { chmod, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { asTenant, PoisonEventError, type BusEvent, type EventBus } from "@parlance/ports";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock, type Clock } from "../src/clock.ts";
import { openEmbeddedEventBus } from "../src/index.ts";

const topic = "log.test.happened.v1";
const hour = 3_600_000;
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

describe("embedded event log", () => {
  let folder: string;
  let path: string;
  let bus: EventBus | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlance-log-"));
    path = join(folder, "made", "events.db");
  });
  afterEach(async () => {
    await bus?.close();
    await rm(folder, { recursive: true });
  });

  it("trims what all groups have handled after an hour, not before, and keeps what one still needs", async () => {
    const clock = shiftableClock();
    bus = await openEmbeddedEventBus({ path, clock });
    const seen = await consume(bus, "quick");
    const stuck = await consume(bus, "stuck", (event) => {
      if (event.eventId === "key-3") throw new Error("not now");
    });
    await bus.publish([made("key-1"), made("key-2"), made("key-3"), made("key-4")]);
    await vi.waitFor(() => expect([seen, stuck].map((list) => list.length)).toEqual([4, 4]));
    clock.shift(hour - 60_000);
    await bus.publish([made("key-5")]);
    expect(await (await consume(bus, "early")).settled(5)).toHaveLength(5);
    clock.shift(120_000);
    await bus.publish([made("key-6")]);
    await vi.waitFor(async () => expect((await (await consume(bus, `late-${Math.random()}`)).settled(4)).at(0)).toBe("key-3"));
  });

  it.each([
    ["torn off", async (file: string) => truncate(file, 5_000)],
    ["no database", async (file: string) => writeFile(file, "no database at all, but some text that is long enough")],
  ])("is called damaged by its name when it is %s", async (_name, harm) => {
    bus = await openEmbeddedEventBus({ path });
    await bus.publish(Array.from({ length: 200 }, (_, n) => made(`key-${n}`)));
    await bus.close();
    bus = undefined;
    await harm(path);
    await expect(openEmbeddedEventBus({ path })).rejects.toThrow(`the event log ${path} is damaged: restore a backup`);
  });

  it("is called damaged by its name when that shows only while it is used", async () => {
    bus = await openEmbeddedEventBus({ path });
    await bus.publish(Array.from({ length: 2000 }, (_, n) => made(`key-${n}`)));
    await bus.close();
    bus = undefined;
    const bytes = await readFile(path);
    // The first page has the names of the tables, and is left as it is.
    await writeFile(path, bytes.fill(0xff, 4096));
    const use = async () => {
      bus = await openEmbeddedEventBus({ path });
      await bus.publish([made("key-new")]);
    };
    await expect(use()).rejects.toMatchObject({ kind: "corrupt", message: expect.stringContaining(`${path} is damaged: restore`) });
  });

  it.runIf(process.getuid?.() !== 0)("is named when it may only be read", async () => {
    await (await openEmbeddedEventBus({ path })).close();
    await chmod(path, 0o400);
    await expect(openEmbeddedEventBus({ path })).rejects.toThrow(`${path} cannot be read and written`);
  });

  it("keeps dead letters for 14 days", async () => {
    const clock = shiftableClock();
    bus = await openEmbeddedEventBus({ path, clock });
    await consume(bus, "parks", () => {
      throw new PoisonEventError("no");
    });
    await bus.publish([made("key-1")]);
    const letters = () => bus?.deadLetters("parks", 10);
    await vi.waitFor(async () => expect(await letters()).toHaveLength(1));
    clock.shift(13 * 24 * hour);
    await bus.publish([unclaimed("key-2")]);
    await vi.waitFor(async () => expect(await (await consume(bus, `late-${Math.random()}`)).settled(1)).toEqual(["key-1"]));
    clock.shift(2 * 24 * hour);
    await bus.publish([unclaimed("key-3")]);
    await vi.waitFor(async () => expect(await letters()).toEqual([]));
  });

  it("forgets no group that a process consumes, however long the process runs", async () => {
    const clock = shiftableClock();
    bus = await openEmbeddedEventBus({ path, clock });
    const seen = await consume(bus, "steady");
    for (let count = 1; count <= 5; count++) {
      await bus.publish([made(`key-${count}`)]);
      expect(await seen.settled(count)).toHaveLength(count);
      clock.shift(15 * 24 * hour);
    }
  });

  it("keeps what a group had left for it, however long no process ran", async () => {
    const clock = shiftableClock();
    bus = await openEmbeddedEventBus({ path, clock });
    const failing = await consume(bus, "stopped", () => {
      throw new Error("not now");
    });
    await bus.publish([made("key-1")]);
    await failing.settled(1);
    await bus.close();
    clock.shift(30 * 24 * hour);
    bus = await openEmbeddedEventBus({ path, clock });
    await bus.publish([unclaimed("key-2")]);
    await bus.publish([unclaimed("key-3")]);
    expect(await (await consume(bus, "stopped")).settled(1)).toEqual(["key-1"]);
  });

  it("keeps for seven days what nobody consumes yet", async () => {
    const clock = shiftableClock();
    bus = await openEmbeddedEventBus({ path, clock });
    await bus.publish([unclaimed("key-1")]);
    clock.shift(4 * 24 * hour);
    await bus.publish([unclaimed("key-2")]);
    clock.shift(4 * 24 * hour);
    await bus.publish([unclaimed("key-3")]);
    await bus.publish([unclaimed("key-4")]);
    const seen = await consume(bus, "late", undefined, [unclaimed("").topic]);
    expect(await seen.settled(3)).toEqual(["key-2", "key-3", "key-4"]);
  });

  it("works through a backlog of 100,000 events without holding it in memory", { timeout: 60_000 }, async () => {
    bus = await openEmbeddedEventBus({ path });
    const payload = new Uint8Array(1000);
    for (let at = 0; at < 100_000; at += 5000) {
      await bus.publish(Array.from({ length: 5000 }, (_, index) => ({ ...made(`key-${at + index}`), payload })));
    }
    const before = liveBytes();
    let most = 0;
    let handled = 0;
    let first = "";
    const done = Promise.withResolvers<void>();
    await bus.subscribe({
      group: "backlog",
      topics: [topic],
      concurrency: 64,
      handle: async (event) => {
        first ||= event.eventId;
        handled += 1;
        if (handled % 10_000 === 1) most = Math.max(most, liveBytes());
        if (handled === 100_000) done.resolve();
      },
    });
    await done.promise;
    expect(first).toBe("key-0");
    // A window of 512 events, and what belongs to them.
    expect(most - before).toBeLessThan(8 * 1024 * 1024);
  });

  it("does nothing at all while there is nothing to do", async () => {
    const sleep = vi.fn<Clock["sleep"]>(systemClock.sleep);
    bus = await openEmbeddedEventBus({ path, clock: { now: systemClock.now, sleep } });
    const seen = await consume(bus, "idle");
    await bus.publish([made("key-1")]);
    await seen.settled(1);
    await vi.waitFor(() => expect(process.getActiveResourcesInfo().filter((kind) => kind === "Immediate")).toEqual([]));
    expect(sleep).not.toHaveBeenCalled();
  });

  it("refuses a log that another has open", async () => {
    bus = await openEmbeddedEventBus({ path });
    await expect(openEmbeddedEventBus({ path })).rejects.toThrow(/in use by another process/);
  });

  it("refuses a log of a newer version", async () => {
    await (await openEmbeddedEventBus({ path })).close();
    const db = new DatabaseSync(path);
    db.exec("PRAGMA user_version = 99");
    db.close();
    await expect(openEmbeddedEventBus({ path })).rejects.toThrow(/version 99/);
  });
});

/** What is in use, without garbage: how much of that lies about, and for how long, depends on how busy the machine is. */
function liveBytes(): number {
  // A first one may only end a marking that was under way, which spares what has become garbage since.
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

type Seen = string[] & { settled(count: number): Promise<string[]> };

async function consume(
  bus: EventBus | undefined,
  group: string,
  handle: (event: BusEvent) => void = () => {},
  topics: readonly string[] = [topic],
): Promise<Seen> {
  const seen: string[] = [];
  await bus?.subscribe({
    group,
    topics,
    retry: { maxAttempts: 99, firstDelayMs: 100 * hour, maxDelayMs: 100 * hour },
    handle: async (event) => {
      seen.push(event.eventId);
      handle(event);
    },
  });
  const settled = async (count: number) => {
    await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(count));
    return [...seen];
  };
  return Object.assign(seen, { settled });
}

function made(id: string): BusEvent {
  return { eventId: id, topic, tenant: asTenant("u"), key: id, time: 1, payload: new Uint8Array([1]) };
}

function unclaimed(id: string): BusEvent {
  return { ...made(id), topic: "log.test.unclaimed.v1" };
}

/** The system's clock, moved forward by the test; waits are not shortened. */
function shiftableClock(): Clock & { shift(milliseconds: number): void } {
  let shifted = 0;
  return {
    now: () => Date.now() + shifted,
    sleep: systemClock.sleep,
    shift: (milliseconds) => {
      shifted += milliseconds;
    },
  };
}
