import { randomUUID } from "node:crypto";
import { describeRateWindows } from "@parlance/ports/contracts";
import { MongoClient } from "mongodb";
import { afterAll, describe, expect, it, vi } from "vitest";
import { openMongoDocumentStore } from "../src/mongo/index.ts";

const server = process.env["PARLANCE_TEST_MONGODB_URL"];

describe.skipIf(server === undefined)("on a real server", () => {
  const address = new URL(server ?? "mongodb://127.0.0.1");
  address.pathname = `/test-${randomUUID()}`;
  const url = address.href;
  afterAll(async () => {
    const client = new MongoClient(url);
    await client.db().dropDatabase();
    await client.close();
  });

  describeRateWindows("MongoDB", {
    open: async (now) => {
      const stores = await Promise.all([openMongoDocumentStore({ url, now }), openMongoDocumentStore({ url, now })]);
      return {
        windows: [stores[0].windows, stores[1].windows],
        close: async () => void (await Promise.all(stores.map((store) => store.close()))),
      };
    },
    stepMs: 100,
    runs: 4,
  });

  it("goes by the server's time, keeps one small document for each key, and lets it go after its time", async () => {
    const store = await openMongoDocumentStore({ url });
    const key = randomUUID();
    const before = Date.now();
    await Promise.all(Array.from({ length: 300 }, () => store.windows.take(key, 1_000)));
    const client = new MongoClient(url);
    const windows = client
      .db()
      .collection<{ _id: string; steps: { at: number; count: number }[]; idleAt: Date }>("parlance.windows");
    const stored = await windows.findOne({ _id: key });
    expect(stored?.steps.reduce((sum, { count }) => sum + count, 0)).toBe(300);
    expect(stored?.steps.length).toBeLessThanOrEqual((Date.now() - before) / 100 + 2);
    expect(stored?.idleAt.getTime()).toBeGreaterThanOrEqual(before + 60_000);
    await vi.waitFor(async () => {
      expect(await windows.indexes()).toContainEqual(expect.objectContaining({ key: { idleAt: 1 }, expireAfterSeconds: 0 }));
    });
    await client.close();
    await store.close();
  });

  it("does not lock a key out that was counted in a future which the clock has left", async () => {
    let time = Date.now() + 3_600_000;
    const store = await openMongoDocumentStore({ url, now: () => time });
    const key = randomUUID();
    expect((await store.windows.take(key, 1)).passed).toBe(true);
    time -= 3_600_000;
    expect((await store.windows.take(key, 1)).passed).toBe(true);
    await store.close();
  });
});

it("while the server is away each process limits by itself, without making anybody wait, and says so once", async () => {
  const onAlone = vi.fn();
  const store = await openMongoDocumentStore({ url: "mongodb://127.0.0.1:9/x", onAlone });
  const took: number[] = [];
  const passed: boolean[] = [];
  for (let taken = 0; taken < 20; taken++) {
    const began = performance.now();
    passed.push((await store.windows.take("key", 10)).passed);
    took.push(performance.now() - began);
  }
  expect(passed.filter(Boolean)).toHaveLength(10);
  // The first one alone waits for the server.
  expect(took.filter((milliseconds) => milliseconds > 400).length).toBeLessThanOrEqual(1);
  expect(onAlone).toHaveBeenCalledTimes(1);
  await store.close();
});
