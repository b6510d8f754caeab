import { randomUUID } from "node:crypto";
import { asTenant } from "@parlance/ports";
import { describeDocumentStore } from "@parlance/ports/contracts";
import { MongoClient } from "mongodb";
import { describe, expect, it } from "vitest";
import { openMongoDocumentStore } from "../src/mongo/index.ts";

const server = process.env["PARLANCE_TEST_MONGODB_URL"];
if (server === undefined) console.warn("MongoDB was left out: PARLANCE_TEST_MONGODB_URL is not set");

describe.skipIf(server === undefined)("on a real server", () => {
  describeDocumentStore("MongoDB", async () => {
    const url = newDatabaseUrl();
    return { open: () => openMongoDocumentStore({ url }), remove: () => dropDatabase(url) };
  });

  it("refuses a database of a newer version", async () => {
    const url = newDatabaseUrl();
    await withClient(url, (client) =>
      client.db().collection<{ _id: string; version: number }>("parlance.schema").insertOne({ _id: "documents", version: 2 }),
    );
    const store = await openMongoDocumentStore({ url });
    await expect(store.ready()).rejects.toMatchObject({ kind: "invalid", message: expect.stringContaining("newer version") });
    await store.close();
    await dropDatabase(url);
  });

  it("serves a find by its index, without sorting in memory", async () => {
    const url = newDatabaseUrl();
    const store = await openMongoDocumentStore({ url });
    const tenant = asTenant("tenant");
    const things = store.collection<{ group: string; rank: number }>({
      name: "suite.plans",
      indexes: [{ fields: ["group", "rank"] }],
    });
    for (let rank = 0; rank < 5; rank++) await things.insert(tenant, `${rank}`, { group: "g", rank });
    const stages = await withClient(url, async (client) => {
      const profiled = client.db().collection("system.profile");
      await client.db().command({ profile: 2 });
      const query = { where: { group: "g" }, sort: { by: "rank", direction: "descending" }, limit: 2 } as const;
      const { nextCursor = "" } = await things.find(tenant, query);
      await things.find(tenant, { ...query, cursor: nextCursor });
      await client.db().command({ profile: 0 });
      return profiled
        .find({ op: "query", ns: /suite\.plans$/ })
        .map((entry) => String(entry["planSummary"]) + String(entry["hasSortStage"] ?? ""))
        .toArray();
    });
    expect(stages).toHaveLength(2);
    for (const stage of stages) expect(stage).toMatch(/^IXSCAN \{ _id\.tenant: 1, data\.group: 1, data\.rank: 1.*\}$/);
    await store.close();
    await dropDatabase(url);
  });
});

describe("openMongoDocumentStore", () => {
  it("refuses what is no connection string, without repeating it", async () => {
    const refusal = openMongoDocumentStore({ url: "mongodb://user:secret@" }).catch((error: Error) => error);
    expect(await refusal).toMatchObject({ kind: "invalid", message: expect.not.stringContaining("secret") });
  });

  it("is unavailable, not hung, while no server answers", async () => {
    const store = await openMongoDocumentStore({ url: "mongodb://127.0.0.1:9/x?serverSelectionTimeoutMS=200" });
    await expect(store.ready()).rejects.toMatchObject({ name: "StoreError", kind: "unavailable" });
    await store.close();
  });
});

function newDatabaseUrl(): string {
  const url = new URL(server ?? "mongodb://unset");
  url.pathname = `/parlance-test-${randomUUID().slice(0, 18)}`;
  return url.href;
}

async function dropDatabase(url: string): Promise<void> {
  await withClient(url, (client) => client.db().dropDatabase());
}

async function withClient<R>(url: string, run: (client: MongoClient) => Promise<R>): Promise<R> {
  const client = new MongoClient(url);
  try {
    return await run(client);
  } finally {
    await client.close();
  }
}
