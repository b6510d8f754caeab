import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asTenant, type BusEvent } from "@parlance/ports";
import { afterAll, describe, expect, it } from "vitest";
import { openEmbeddedEventBus } from "../src/index.ts";

const root = await mkdtemp(join(tmpdir(), "parlance-held-events-"));
afterAll(() => rm(root, { recursive: true }));

describe("a held event log", () => {
  it("has what was published before the hold; what is published meanwhile becomes durable after it", async () => {
    const bus = await openEmbeddedEventBus({ path: join(root, "events.db") });
    await bus.publish([event("before")]);
    const held = bus.hold();
    const later = bus.publish([event("later")]);
    await held.copyTo(join(root, "copy.db"));
    await later;
    expect(await receivedBy(bus, 2)).toEqual(["before", "later"]);
    await bus.close();

    const copy = await openEmbeddedEventBus({ path: join(root, "copy.db") });
    expect(await copy.faults()).toEqual([]);
    await copy.publish([event("new")]);
    expect(await receivedBy(copy, 2)).toEqual(["before", "new"]);
    await copy.close();
  });

  it("goes on when the hold is released without a copy, and closes while it is held", async () => {
    const bus = await openEmbeddedEventBus({ path: join(root, "released.db") });
    const held = bus.hold();
    const waiting = bus.publish([event("one")]);
    held.release();
    held.release();
    await waiting;
    bus.hold();
    const last = bus.publish([event("two")]);
    await bus.close();
    await last;
    const again = await openEmbeddedEventBus({ path: join(root, "released.db") });
    expect(await receivedBy(again, 2)).toEqual(["one", "two"]);
    await again.close();
  });
});

async function receivedBy(bus: Awaited<ReturnType<typeof openEmbeddedEventBus>>, count: number): Promise<string[]> {
  const received: string[] = [];
  const all = Promise.withResolvers<void>();
  await bus.subscribe({
    group: "test",
    topics: ["test.thing.happened.v1"],
    handle: async ({ eventId }) => {
      received.push(eventId);
      if (received.length === count) all.resolve();
    },
  });
  await all.promise;
  return received;
}

function event(eventId: string): BusEvent {
  return { eventId, topic: "test.thing.happened.v1", tenant: asTenant("user"), key: "key", time: 0, payload: new Uint8Array() };
}
