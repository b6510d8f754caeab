import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { holdSyncs, type HeldSyncs } from "@parlance/disk-sync/held-syncs";
import { asTenant, type BusEvent, type EventBus } from "@parlance/ports";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openEmbeddedEventBus } from "../src/index.ts";

function event(eventId: string): BusEvent {
  return { eventId, topic: "t", tenant: asTenant("tenant"), key: "k", time: 1, payload: new Uint8Array(8) };
}

describe("a disk that takes its time", () => {
  let folder: string;
  let bus: EventBus;
  let held: HeldSyncs["held"];
  let broken: Error[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlance-sync-"));
    const syncs = holdSyncs();
    held = syncs.held;
    broken = [];
    const onBroken = (error: Error) => void broken.push(error);
    bus = await openEmbeddedEventBus({ path: join(folder, "events.db"), openSync: syncs.open, onBroken });
  });
  afterEach(async () => {
    await bus.close();
    await rm(folder, { recursive: true });
  });

  const turns = async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  };

  it("takes no event over before it is on disk, and those that waited together", async () => {
    const published: string[] = [];
    const publish = async (id: string) => {
      await bus.publish([event(id)]);
      published.push(id);
    };
    const first = publish("first");
    await turns();
    const others = ["a", "b", "c"].map(publish);
    await turns();
    expect({ published, syncs: held.length }).toEqual({ published: [], syncs: 1 });
    held[0]?.();
    await first;
    await turns();
    expect({ published, syncs: held.length }).toEqual({ published: ["first"], syncs: 2 });
    held[1]?.();
    await Promise.all(others);
    expect(held).toHaveLength(2);
  });

  it("takes nothing over any more once a sync has failed", async () => {
    const published = bus.publish([event("a")]);
    await turns();
    held[0]?.(new Error("EIO: i/o error"));
    await expect(published).rejects.toThrow("must be opened again");
    await expect(bus.publish([event("b")])).rejects.toThrow("must be opened again");
    expect(held).toHaveLength(1);
    expect(broken).toMatchObject([{ cause: { message: "EIO: i/o error" } }]);
  });
});
