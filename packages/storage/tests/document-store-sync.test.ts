import { copyFileSync, mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDiskSync } from "@parlance/disk-sync";
import { holdSyncs, type HeldSyncs } from "@parlance/disk-sync/held-syncs";
import { asTenant, type Collection, type DocumentStore } from "@parlance/ports";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openEmbeddedDocumentStore } from "../src/embedded/index.ts";

const tenant = asTenant("tenant");
const event = { eventId: "e", topic: "t", tenant, key: "k", time: 1, payload: new Uint8Array(8) };
const unavailable = { name: "StoreError", kind: "unavailable" };

describe("a disk that takes its time", () => {
  let folder: string;
  let store: DocumentStore;
  let documents: Collection<{ at: number }>;
  let held: HeldSyncs["held"];
  let broken: Error[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlance-sync-"));
    const syncs = holdSyncs();
    held = syncs.held;
    broken = [];
    const onBroken = (error: Error) => void broken.push(error);
    store = await openEmbeddedDocumentStore({ path: join(folder, "documents.db"), openSync: syncs.open, onBroken });
    documents = store.collection<{ at: number }>({ name: "suite.sync" });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  const turns = async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  const settledBy = (promises: readonly Promise<unknown>[]) => {
    const settled: number[] = [];
    for (const [index, promise] of promises.entries()) promise.then(() => settled.push(index)).catch(() => settled.push(-1));
    return settled;
  };

  it("acknowledges no write and tells of no event before they are on disk", async () => {
    const written = documents.insert(tenant, "a", { at: 1 }, { events: [event] });
    await turns();
    const settled = settledBy([written, store.outbox.pending(10)]);
    await turns();
    expect(settled).toEqual([]);
    expect(held).toHaveLength(1);
    held[0]?.();
    expect(await written).toMatchObject({ id: "a", version: 1 });
    expect(await store.outbox.pending(10)).toMatchObject([{ eventId: "e" }]);
  });

  it("brings all writes that waited to the disk with the next sync", async () => {
    const first = documents.insert(tenant, "first", { at: 0 });
    await turns();
    const others = Array.from({ length: 50 }, (_, at) => documents.insert(tenant, `${at}`, { at }));
    await turns();
    expect(held).toHaveLength(1);
    held[0]?.();
    await first;
    await turns();
    expect(held).toHaveLength(2);
    held[1]?.();
    expect(await Promise.all(others)).toHaveLength(50);
    expect(held).toHaveLength(2);
  });

  it("does not sync what a power cut may undo", async () => {
    await store.outbox.clear(["unknown"]);
    expect(held).toEqual([]);
  });

  it("refuses every write, and is not ready, once one may not have reached the disk", async () => {
    const written = documents.insert(tenant, "a", { at: 1 }, { events: [event] });
    const next = documents.insert(tenant, "b", { at: 2 });
    const outcomes = Promise.allSettled([written, next]);
    await turns();
    held[0]?.(new Error("EIO: i/o error"));
    expect(await outcomes).toMatchObject([
      { status: "rejected", reason: unavailable },
      { status: "rejected", reason: unavailable },
    ]);
    await expect(documents.insert(tenant, "c", { at: 3 })).rejects.toMatchObject(unavailable);
    await expect(store.outbox.pending(10)).rejects.toMatchObject(unavailable);
    await expect(store.ready()).rejects.toMatchObject(unavailable);
    expect(broken).toMatchObject([{ ...unavailable, cause: { message: "EIO: i/o error" } }]);
  });

  it("closes when the last write is on disk", async () => {
    const written = documents.insert(tenant, "a", { at: 1 });
    const closed = store.close();
    await expect(documents.insert(tenant, "b", { at: 2 })).rejects.toMatchObject(unavailable);
    await turns();
    const settled = settledBy([written, closed]);
    await turns();
    expect(settled).toEqual([]);
    held[0]?.();
    await closed;
    expect(settled).toEqual([0, 1]);
  });
});

it("has every acknowledged write after a loss of power at any time, and nothing in half", { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-power-"));
  const path = join(folder, "documents.db");
  const pathOf = (image: number) => join(folder, `${image}`, "documents.db");
  let images = 0;
  /** The last image of the disk whose sync has ended: what a loss of power would leave. */
  let onDisk = 0;
  const store = await openEmbeddedDocumentStore({
    path,
    openSync: (log) => {
      const disk = openDiskSync(log);
      const sync = async () => {
        const image = ++images;
        mkdirSync(join(folder, `${image}`));
        // As the files are now: what is written while the sync runs may be lost.
        for (const end of ["", "-wal"]) copyFileSync(`${path}${end}`, `${pathOf(image)}${end}`);
        await disk.sync();
        onDisk = image;
      };
      return { ...disk, sync };
    },
  });
  const documents = store.collection<{ at: number }>({ name: "suite.power" });
  const acknowledged = new Map<string, number>();
  const writeOn = async (writer: string) => {
    for (let at = 0; at < 40; at++) {
      const id = `${writer}-${at}`;
      await documents.insert(tenant, id, { at }, { events: [{ ...event, eventId: id }] });
      acknowledged.set(id, onDisk);
    }
  };
  await Promise.all(["a", "b", "c", "d"].map(writeOn));
  await store.close();
  for (let image = 1; image <= images; image += 7) {
    const left = await openEmbeddedDocumentStore({ path: pathOf(image) });
    const ids = new Set<string>();
    const found = await left.collection<{ at: number }>({ name: "suite.power" }).find(tenant, { limit: 1_000 });
    for (const { id } of found.items) ids.add(id);
    const lost = [...acknowledged].filter(([id, at]) => at <= image && !ids.has(id));
    expect(lost).toEqual([]);
    expect(new Set((await left.outbox.pending(1_000)).map(({ eventId }) => eventId))).toEqual(ids);
    expect(await left.faults()).toEqual([]);
    await left.close();
  }
  await rm(folder, { recursive: true });
});
