import { randomUUID } from "node:crypto";
import { asTenant, type Collection, type DocumentStore, type OutboxEvent } from "@parlance/ports";
import { MongoClient } from "mongodb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openMongoDocumentStore } from "../src/mongo/index.ts";
import { openLossyProxy, type LossyProxy } from "./lossy-proxy.ts";

const server = process.env["PARLANCE_TEST_MONGODB_URL"];
const tenant = asTenant("tenant");
// The driver tries a write twice by itself, and the server knows its second attempt; what is lost more often is left to the store.
const losses = [1, 2, 3, 5];

interface Entry {
  count?: number;
  name?: string;
}

describe.skipIf(server === undefined)("MongoDB whose answers are lost after it has written", () => {
  const url = new URL(server ?? "mongodb://unset");
  let proxy: LossyProxy;
  let store: DocumentStore;
  let entries: Collection<Entry>;
  beforeEach(async () => {
    proxy = await openLossyProxy({ host: url.hostname, port: Number(url.port) || 27_017 });
    store = await openMongoDocumentStore({ url: `mongodb://127.0.0.1:${proxy.port}/${databaseName}?directConnection=true` });
    entries = store.collection<Entry>({
      name: `suite.e-${randomUUID().slice(0, 8)}`,
      indexes: [{ fields: ["name"], unique: true }],
    });
    await store.ready();
  });
  afterEach(async () => {
    await store.close();
    await proxy.close();
    const client = new MongoClient(url.href);
    await client.db(databaseName).dropDatabase();
    await client.close();
  });

  it.each(losses)("inserts once, with its event (%i answers lost)", async (times) => {
    proxy.lose("insert", times);
    expect(await entries.insert(tenant, "a", { count: 1 }, { events: [event("1")] })).toMatchObject({ version: 1 });
    expect(proxy.left()).toBe(0);
    expect(await entries.count(tenant)).toBe(1);
    expect(await waiting(store)).toEqual(["1"]);
  });

  it.each(losses)("adds once (%i answers lost)", async (times) => {
    await entries.insert(tenant, "a", { count: 5 });
    proxy.lose("findAndModify", times);
    const change = { by: { count: -2 }, guard: { count: 4 } };
    expect(await entries.increment(tenant, "a", change, { events: [event("1")] })).toMatchObject({
      version: 2,
      data: { count: 3 },
    });
    expect(proxy.left()).toBe(0);
    expect(await entries.get(tenant, "a")).toMatchObject({ version: 2, data: { count: 3 } });
    expect(await waiting(store)).toEqual(["1"]);
  });

  it.each(losses)("replaces once, and sees no conflict with itself (%i answers lost)", async (times) => {
    const first = await entries.insert(tenant, "a", { count: 1 });
    proxy.lose("update", times);
    expect(await entries.replace(first, { count: 2 }, { events: [event("1")] })).toMatchObject({ version: 2 });
    expect(proxy.left()).toBe(0);
    expect(await entries.get(tenant, "a")).toMatchObject({ version: 2, data: { count: 2 } });
    expect(await waiting(store)).toEqual(["1"]);
  });

  // Once the document is seen to be gone there is nothing more to repeat.
  it.each([1, 2])("deletes, and says that a document was there (%i answers lost)", async (times) => {
    await entries.insert(tenant, "a", { count: 1 }, { events: [event("1")] });
    proxy.lose("delete", times);
    expect(await entries.delete(tenant, "a")).toBe(true);
    expect(proxy.left()).toBe(0);
    expect(await entries.get(tenant, "a")).toBeUndefined();
    expect(await waiting(store)).toEqual(["1"]);
  });

  it("still tells what is taken or changed by others from its own work", async () => {
    const first = await entries.insert(tenant, "a", { name: "taken" });
    await entries.replace(first, { name: "taken", count: 2 });
    proxy.lose("insert", 3);
    await expect(entries.insert(tenant, "a", {})).rejects.toMatchObject({ kind: "already_exists" });
    proxy.lose("insert", 3);
    await expect(entries.insert(tenant, "b", { name: "taken" })).rejects.toMatchObject({ kind: "already_exists" });
    proxy.lose("update", 3);
    await expect(entries.replace(first, {})).rejects.toMatchObject({ kind: "version_conflict" });
    proxy.lose("findAndModify", 3);
    expect(await entries.increment(tenant, "a", { by: { count: 1 }, guard: { count: 9 } })).toBeUndefined();
    expect(await entries.get(tenant, "a")).toMatchObject({ version: 2, data: { name: "taken", count: 2 } });
  });
});

const databaseName = `parlance-test-${randomUUID().slice(0, 18)}`;

function event(eventId: string): OutboxEvent {
  return { eventId, topic: "t", tenant, key: "a", time: 1, payload: new Uint8Array(1) };
}

async function waiting(store: DocumentStore): Promise<string[]> {
  return (await store.outbox.pending(10)).map(({ eventId }) => eventId);
}
