import { randomUUID } from "node:crypto";
import { Client } from "@elastic/elasticsearch";
import { asTenant, type SearchIndex } from "@parlance/ports";
import { describeSearchIndex, payloadOf } from "@parlance/ports/contracts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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

  describe("whose index somebody deletes", () => {
    const lost = { ...options, prefix: `${prefix}-lost` };
    const name = `${lost.prefix}-chunks-v1-000001`;
    const scope = { tenant: asTenant("user"), chatbotId: "chatbot" };
    const chunk = { chunkId: "one", documentId: "document", from: 1, terms: ["one"], payload: payloadOf("one") };
    const wanted = { generation: 1, terms: ["one"], candidates: 1 };
    const client = new Client({ node: url || "http://127.0.0.1:9" });
    let index: SearchIndex;
    beforeAll(async () => {
      index = await openElasticSearchIndex(lost);
    });
    afterAll(async () => {
      await index.close();
      await client.indices.delete({ index: name });
      await client.indices.deleteIndexTemplate({ name: `${lost.prefix}-chunks-v1` });
      await client.close();
    });

    const calls: [string, () => Promise<unknown>][] = [
      ["search", () => index.search(scope, wanted)],
      ["put", () => index.put(scope, [chunk])],
      ["present", () => index.present(scope, 1, ["one"])],
      ["retire", () => index.retire(scope, "document", 2, [])],
      ["purge", () => index.purge(scope)],
    ];

    it.each(calls)("never says that %s has worked, and makes it again as it was", async (_, call) => {
      await client.indices.delete({ index: name });
      await client.indices.deleteIndexTemplate({ name: `${lost.prefix}-chunks-v1` });
      await expect(call()).rejects.toMatchObject({ kind: "unavailable", message: expect.stringContaining("doctor with --repair") });
      await index.put(scope, [chunk]);
      expect((await index.search(scope, wanted)).candidates).toHaveLength(1);
      const made = await client.indices.getMapping({ index: `${lost.prefix}-*` });
      expect(Object.keys(made)).toEqual([name]);
      expect(made[name]?.mappings).toMatchObject({ dynamic: "strict", _meta: { model: "test" } });
    });

    it.each(["read", "write"])("keeps what it holds when its %s alias is deleted alone", async (alias) => {
      await index.put(scope, [chunk]);
      await client.indices.deleteAlias({ index: name, name: `${lost.prefix}-chunks-${alias}` });
      const use = async () => {
        await index.put(scope, [chunk]);
        return index.search(scope, wanted);
      };
      await expect(use()).rejects.toMatchObject({ kind: "unavailable" });
      expect((await use()).candidates).toHaveLength(1);
    });

    it("puts no alias anywhere when it cannot tell where it belongs", async () => {
      const second = name.replace("000001", "000002");
      await client.indices.create({ index: second });
      await client.indices.deleteAlias({ index: name, name: `${lost.prefix}-chunks-*` });
      await expect(index.search(scope, wanted)).rejects.toMatchObject({ message: expect.stringContaining("where they belong") });
      await client.indices.delete({ index: second });
      await index.search(scope, wanted).catch(() => {});
      await index.put(scope, [chunk]);
    });
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
