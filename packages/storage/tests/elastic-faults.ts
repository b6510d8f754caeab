import { Engine } from "@parlance/engines";
import { asTenant, type IndexChunk, type Scope, type SearchIndex } from "@parlance/ports";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openElasticSearchIndex, type ElasticSearchIndexOptions } from "../src/elastic/index.ts";

const scope: Scope = { tenant: asTenant("user"), chatbotId: "bot" };

/** What must hold when the node dies. Our script has started the server, on the port of the URL. */
export function describeElasticFaults(options: ElasticSearchIndexOptions): void {
  let node: Engine;
  let index: SearchIndex;
  // Not before: a suite that is left out has no URL.
  beforeAll(async () => {
    node = new Engine("Elasticsearch", Number(new URL(options.url).port));
    index = await openElasticSearchIndex({ ...options, timeoutMs: 10_000 });
  });
  afterAll(() => index.close());

  it("loses nothing that was acknowledged when the node is killed in the middle of writes", { timeout: 300_000 }, async () => {
    const acknowledged: string[] = [];
    const writers = [0, 1, 2].map((writer) => putUntilItFails(index, `w${writer}`, acknowledged));
    await expect.poll(() => acknowledged.length, { timeout: 60_000, interval: 10 }).toBeGreaterThan(300);
    await node.kill();
    expect(await Promise.all(writers)).toEqual(writers.map(() => ({ name: "StoreError", kind: "unavailable" })));

    const began = performance.now();
    const search = index.search(scope, { generation: 1, terms: ["parcel"], candidates: 1 });
    await expect(search).rejects.toMatchObject({ name: "StoreError", kind: "unavailable" });
    expect(performance.now() - began).toBeLessThan(1_000);

    await node.start();
    await expect.poll(() => answers(index), { timeout: 60_000 }).toBe(true);
    expect(await index.present(scope, 1, acknowledged)).toEqual(new Set(acknowledged));
    await index.put(scope, chunks(["after"]));
    await index.purge(scope);
    expect((await index.search(scope, { generation: 1, terms: ["parcel"], candidates: 1 })).chunkCount).toBe(0);
  });
}

async function putUntilItFails(index: SearchIndex, prefix: string, acknowledged: string[]): Promise<object> {
  for (let batch = 0; ; batch++) {
    const ids = Array.from({ length: 10 }, (_, number) => `${prefix}-${batch}-${number}`);
    try {
      await index.put(scope, chunks(ids));
    } catch (error) {
      const { name, kind } = error as { name: string; kind: string };
      return { name, kind };
    }
    acknowledged.push(...ids);
  }
}

async function answers(index: SearchIndex): Promise<boolean> {
  try {
    await index.present(scope, 1, ["a"]);
    return true;
  } catch {
    return false;
  }
}

function chunks(ids: readonly string[]): IndexChunk[] {
  const payload = {
    text: "The parcel.",
    headings: [],
    title: "",
    sourceName: "",
    sourceType: "text",
    language: "en",
    english: true,
    revision: "",
    start: 0,
    ordinal: 0,
  };
  const vector = new Float32Array(24).fill(Math.sqrt(1 / 24));
  return ids.map((chunkId) => ({ chunkId, documentId: "d", from: 1, vector, terms: ["parcel", chunkId], payload }));
}
