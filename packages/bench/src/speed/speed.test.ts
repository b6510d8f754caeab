import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { generateLoad } from "./load.ts";
import { usageOfTree } from "./process-tree.ts";
import { makeProse } from "./prose.ts";
import { describeRow, meetsAim } from "./report.ts";
import { measurePairs, median, medianRatio, percentile } from "./statistics.ts";
import { clusteredVectors, queryVector, seededRandom, vectorAt, wordOf, zipfTexts } from "./synthetic.ts";
import { exactSearch, recallOf } from "./truth.ts";

describe("statistics", () => {
  it("takes percentiles between neighbours", () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(percentile([1, 2, 3, 4, 5], 100)).toBe(5);
    expect(percentile([], 50)).toBeNaN();
  });

  it("takes the sides in turns, each first as often as the other", async () => {
    const order: string[] = [];
    const side = (name: string, value: number) => async () => {
      order.push(name);
      return value;
    };
    const pairs = await measurePairs(2, { ours: side("ours", 6), reference: side("reference", 3) });
    expect(order).toEqual(["ours", "reference", "reference", "ours"]);
    expect(medianRatio(pairs, (value) => value)).toBe(2);
  });
});

describe("a row", () => {
  const row = { benchmark: "b", name: "n", result: { value: 0.85, of: "of it" }, ours: { "per second": 1_234.5 } };

  it("says whether its aim is met", () => {
    expect(meetsAim({ ...row, aim: { atLeast: 0.9 } })).toBe(false);
    expect(meetsAim({ ...row, aim: { atMost: 0.9 } })).toBe(true);
    expect(meetsAim(row)).toBeUndefined();
    expect(describeRow({ ...row, aim: { atLeast: 0.9 } })).toContain("0.85 of it, aim at least 0.9: missed");
  });
});

describe("generateLoad", () => {
  const serveWith = async (respond: (body: string) => { status: number; body: string }) => {
    const server = createServer((req, res) => {
      const answerIt = async () => {
        const answer = respond(await text(req));
        res.writeHead(answer.status, { "content-length": answer.body.length }).end(answer.body);
      };
      void answerIt();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/echo` };
  };

  it("counts what the server answered, large answers too", async () => {
    let served = 0;
    const { server, url } = await serveWith((body) => {
      served += 1;
      return { status: 200, body: body.repeat(20_000) };
    });
    const result = await generateLoad({ url, bodies: [{ text: "hello" }, { text: "you" }], connections: 3, durationMs: 100 });
    server.close();
    expect(result.requests).toBe(served);
    expect(result.requests).toBeGreaterThan(3);
  });

  it("fails for an answer that is not 200", async () => {
    const { server, url } = await serveWith(() => ({ status: 500, body: "no" }));
    await expect(generateLoad({ url, bodies: [{}], connections: 1, durationMs: 50 })).rejects.toThrow("expected 200");
    server.close();
  });
});

describe("invented knowledge", () => {
  const random = seededRandom(3);
  const vectors = clusteredVectors(200, { dimension: 32, perCluster: 20, random });
  const texts = zipfTexts(200, { words: 40, vocabulary: 500, random });

  it("has vectors of length 1 that are nearer within a topic", () => {
    const cosine = (a: number, b: number) =>
      vectorAt(vectors, a).reduce((total, value, at) => total + value * (vectorAt(vectors, b)[at] ?? 0), 0);
    expect(cosine(0, 0)).toBeCloseTo(1, 5);
    expect(cosine(0, 1)).toBeGreaterThan(cosine(0, 150) + 0.2);
  });

  it("names every rank by another word, made of letters", () => {
    const words = Array.from({ length: 30_000 }, (_, rank) => wordOf(rank));
    expect(new Set(words).size).toBe(words.length);
    expect(words.every((word) => /^[a-z]+$/.test(word))).toBe(true);
  });

  it("tells a search that found everything from one that did not", () => {
    const query = { vector: queryVector(vectors, random), words: [...new Set(texts[7]?.subarray(0, 5))] };
    const truth = exactSearch({ vectors, texts }, query, 50);
    const candidates = truth.cosines.map((cosine, index) => ({ cosine, bm25: truth.bm25[index] ?? 0 }));
    expect(recallOf({ candidates }, truth)).toEqual({ nearest10: 1, nearestAll: 1, words10: 1 });
    const missed = recallOf({ candidates: candidates.slice(1) }, truth);
    expect(missed.nearest10).toBeCloseTo(9 / 10);
    expect(missed.nearestAll).toBeCloseTo(49 / 50);
    expect(missed.words10).toBeCloseTo(9 / 10);
  });
});

describe("prose", () => {
  it("has about the length asked for, in paragraphs, and is another for another seed", () => {
    const text = makeProse(5_000, seededRandom(1));
    expect(text.length).toBeGreaterThan(4_900);
    expect(text.length).toBeLessThan(5_200);
    expect(text).toContain("\n\n");
    expect(text).not.toBe(makeProse(5_000, seededRandom(2)));
  });
});

describe("usageOfTree", () => {
  it.skipIf(process.platform === "win32")("counts this process", () => {
    const usage = usageOfTree(process.pid);
    expect(usage.processes).toBeGreaterThanOrEqual(1);
    expect(usage.residentMb).toBeGreaterThan(10);
    expect(usage.cpuMs).toBeGreaterThan(0);
  });
});
