import { randomUUID } from "node:crypto";
import { Client } from "@elastic/elasticsearch";
import { asTenant } from "@parlance/ports";
import { describeSearchIndex, payloadOf } from "@parlance/ports/contracts";
import { afterAll, describe, expect, it } from "vitest";
import { openElasticSearchIndex } from "../src/elastic/index.ts";
import { describeElasticFaults } from "./elastic-faults.ts";

const url = process.env["PARLANCE_TEST_ELASTICSEARCH_URL"] ?? "";
if (url === "") console.warn("SearchIndex on Elasticsearch left out: PARLANCE_TEST_ELASTICSEARCH_URL names no server");

const mayKill = process.env["PARLANCE_TEST_ENGINES_KILL"] === "1";
if (!mayKill) console.warn("Elasticsearch faults left out: PARLANCE_TEST_ENGINES_KILL does not allow them");

const prefix = `test-${randomUUID()}`;
const options = { url, dimension: 24, model: "test", prefix, shards: 1 };

describe.skipIf(url === "")("with a real server", { timeout: 60_000 }, () => {
  afterAll(async () => {
    const client = new Client({ node: url });
    await client.indices.delete({ index: `${prefix}-chunks-v1-000001` });
    await client.indices.deleteIndexTemplate({ name: `${prefix}-chunks-v1` });
    await client.close();
  });

  describeSearchIndex("Elasticsearch", () => openElasticSearchIndex(options), options);

  it("refuses another model or dimension than the index holds", async () => {
    await (await openElasticSearchIndex(options)).close();
    const invalid = { name: "StoreError", kind: "invalid" };
    await expect(openElasticSearchIndex({ ...options, model: "other" })).rejects.toMatchObject(invalid);
    await expect(openElasticSearchIndex({ ...options, dimension: 32 })).rejects.toMatchObject(invalid);
  });

  it("is set up once by many processes that start together", async () => {
    const fresh = { ...options, prefix: `${prefix}-together` };
    const indexes = await Promise.all(Array.from({ length: 5 }, () => openElasticSearchIndex(fresh)));
    await Promise.all(indexes.map((index) => index.close()));
    const client = new Client({ node: url });
    const aliases = await client.indices.getAlias({ name: `${fresh.prefix}-chunks-*` });
    expect(Object.keys(aliases)).toEqual([`${fresh.prefix}-chunks-v1-000001`]);
    await client.indices.delete({ index: Object.keys(aliases) });
    await client.indices.deleteIndexTemplate({ name: `${fresh.prefix}-chunks-v1` });
    await client.close();
  });

  it("says what to look for while the index takes no writes, as for a full disk, and goes on afterwards", async () => {
    const blocked = { ...options, prefix: `${prefix}-blocked` };
    const index = await openElasticSearchIndex(blocked);
    const client = new Client({ node: url });
    const name = `${blocked.prefix}-chunks-v1-000001`;
    const block = (value: boolean) =>
      client.indices.putSettings({ index: name, settings: { blocks: { read_only_allow_delete: value } } });
    const scope = { tenant: asTenant("user"), chatbotId: "chatbot" };
    const chunk = { chunkId: "one", documentId: "document", from: 1, terms: ["one"], payload: payloadOf("one") };
    try {
      await block(true);
      await expect(index.put(scope, [chunk])).rejects.toMatchObject({
        kind: "unavailable",
        message: expect.stringMatching(/cluster_block_exception\); its index takes no writes: see whether its disk has room/),
      });
      await block(false);
      await index.put(scope, [chunk]);
      expect(await index.present(scope, 1, ["one"])).toEqual(new Set(["one"]));
    } finally {
      await index.close();
      await client.indices.delete({ index: name });
      await client.indices.deleteIndexTemplate({ name: `${blocked.prefix}-chunks-v1` });
      await client.close();
    }
  });

  // In this file, because no other test may use the server meanwhile.
  describe.skipIf(!mayKill)("that may be killed", () => {
    describeElasticFaults({ ...options, prefix: `${prefix}-faults` });
  });
});

describe("a server that is not there", () => {
  it("is unavailable", async () => {
    const opening = openElasticSearchIndex({ ...options, url: "http://127.0.0.1:9" });
    await expect(opening).rejects.toMatchObject({ name: "StoreError", kind: "unavailable" });
  });
});
