import { expect, it } from "vitest";
import { refusal, type OpenBench, type Thing } from "./document-store.contract-kit.ts";
import type { Query } from "./document-store.ts";
import { asTenant } from "./tenant.ts";

const awkward: Record<string, unknown> = {
  "empty strings, arrays and objects": { "": "", list: [], object: {}, nothing: null },
  "every script, emoji and control characters": { text: "Ünï – שלום – 日本語 – 👩‍👩‍👧 – \u0000\u0001\u2028\n\t\"'\\", "ключ 🔑": "é" },
  "keys that look like paths or operators": {
    "a.b": 1,
    $set: { $gt: 1 },
    "": { "$where.x": true },
    $ref: "r",
    $id: "i",
    _id: "own",
    "0": "zero",
  },
  "keys that objects inherit": JSON.parse('{"__proto__": {"x": 1}, "constructor": "c", "toString": "t"}'),
  "numbers up to 2^53, fractions, tiny and huge ones": [
    2 ** 53 - 1,
    1 - 2 ** 53,
    2 ** 31,
    -(2 ** 31) - 1,
    0.1 + 0.2,
    5e-324,
    1.7e308,
    1e21,
  ],
  "arrays of mixed values": [1, "1", true, null, [[[]]], { a: [{ b: [] }] }],
  "what SQL and JSON paths are made of": "'; DROP TABLE x; -- \" $.a[0] %_*?",
};

export function valueCases(open: OpenBench): void {
  it.each(Object.entries(awkward))("keeps %s", async (_name, content) => {
    const bench = open();
    const things = bench.things();
    await things.insert(bench.tenant, "a", { content });
    expect((await things.get(bench.tenant, "a"))?.data).toEqual({ content });
    const replaced = await things.replace({ tenant: bench.tenant, id: "a", version: 1, data: {} }, { content: [content] });
    expect((await things.find(bench.tenant, { limit: 1 })).items).toEqual([replaced]);
  });

  it("keeps values nested 70 levels deep", async () => {
    const bench = open();
    const things = bench.things();
    await things.insert(bench.tenant, "a", { content: nested(70) });
    expect((await things.get(bench.tenant, "a"))?.data).toEqual({ content: nested(70) });
  });

  it("keeps a document of four million characters", async () => {
    const bench = open();
    const things = bench.things();
    const content = "0123456789abcdef".repeat(250_000);
    await things.insert(bench.tenant, "a", { content });
    expect((await things.get(bench.tenant, "a"))?.data.content === content).toBe(true);
  });

  it("keeps ids and tenants of any characters apart", async () => {
    const bench = open();
    const things = bench.things();
    const ids = ["a", "A", "a ", "a.b", "a/b", "$a", "é", "e\u0301", "日本", "👩", "x".repeat(1000), "null", "0"];
    for (const id of ids) await things.insert(bench.tenant, id, { name: id.slice(0, 9) });
    for (const id of ids) expect((await things.get(bench.tenant, id))?.data.name).toBe(id.slice(0, 9));
    expect(await things.count(bench.tenant)).toBe(ids.length);
    const look = asTenant(`${bench.tenant}\u00e9.$x`);
    await things.insert(look, "a", { name: "look" });
    expect((await things.find(look, { limit: 5 })).items).toHaveLength(1);
  });

  it("leaves out a property that is undefined", async () => {
    const bench = open();
    const things = bench.things();
    const data = { name: "x", rank: undefined, content: { inner: undefined } } as unknown as Thing;
    await things.insert(bench.tenant, "a", data);
    const read = await things.get(bench.tenant, "a");
    expect(Object.keys(read?.data ?? {}).sort()).toEqual(["content", "name"]);
    expect(Object.keys(read?.data.content ?? {})).toEqual([]);
  });

  it("stores a lone surrogate as the replacement character", async () => {
    const bench = open();
    const things = bench.things();
    await things.insert(bench.tenant, "a", { name: "a\ud800b", content: "kept: \\ud800 😀" });
    expect((await things.get(bench.tenant, "a"))?.data).toEqual({ name: "a\ufffdb", content: "kept: \\ud800 😀" });
  });

  it("keeps a document as it was written when the caller changes the object afterwards", async () => {
    const bench = open();
    const things = bench.things();
    const data: Thing = { content: ["before"] };
    const writing = things.insert(bench.tenant, "a", data);
    data.content = ["after"];
    await writing;
    expect((await things.get(bench.tenant, "a"))?.data).toEqual({ content: ["before"] });
  });
}

const badContent: Record<string, unknown> = {
  "a Date": new Date(0),
  bytes: new Uint8Array(3),
  "not a number": Number.NaN,
  infinity: Number.POSITIVE_INFINITY,
  "a big integer": 1n,
  "a function": () => 1,
  "a Map": new Map(),
  "undefined in an array": [undefined],
  "a key with a NUL": { "a\0b": 1 },
  "nesting without end": nested(200),
};

const badQueries: Record<string, object> = {
  "no limit": {},
  "a limit of 0": { limit: 0 },
  "a limit of 1,001": { limit: 1001 },
  "a broken limit": { limit: 1.5 },
  "a negative offset": { limit: 1, offset: -1 },
  "an operator of a database": { limit: 1, where: { rank: { $ne: 1 } } },
  "a regular expression": { limit: 1, where: { rank: /x/ } },
  "an array": { limit: 1, where: { rank: [1] } },
  "an empty range": { limit: 1, where: { rank: {} } },
  "a range against null": { limit: 1, where: { rank: { gt: null } } },
  "a range over two types": { limit: 1, where: { rank: { gt: 1, lt: "x" } } },
  "an undefined value": { limit: 1, where: { rank: undefined } },
  "a set with an object": { limit: 1, where: { rank: { in: [{}] } } },
  "a set beside a range": { limit: 1, where: { rank: { in: [1], gt: 0 } } },
  "not a number": { limit: 1, where: { rank: Number.NaN } },
  "a path with a quote": { limit: 1, where: { "rank'": 1 } },
  "a path with an operator": { limit: 1, where: { $where: "1" } },
  "a path into an array": { limit: 1, where: { "rank.0": 1 } },
  "a path into prototypes": { limit: 1, where: { "__proto__.x": 1 } },
  "a field without index": { limit: 1, where: { name: "x" } },
  "a sort without index": { limit: 1, sort: { by: "name", direction: "ascending" } },
  "a sort that the index of its conditions does not serve": {
    limit: 1,
    where: { group: "g" },
    sort: { by: "name", direction: "ascending" },
  },
  "a broken cursor": { limit: 1, cursor: "!" },
  "a made-up cursor": { limit: 1, cursor: Buffer.from('["x",null,"t","i"]').toString("base64url") },
};

export function badInputCases(open: OpenBench): void {
  it.each(Object.entries(badContent))("refuses %s in a document and writes nothing", async (_name, content) => {
    const bench = open();
    const things = bench.things();
    expect(await refusal(() => things.insert(bench.tenant, "a", { content }))).toBe("invalid");
    expect(await things.get(bench.tenant, "a")).toBeUndefined();
  });

  it("refuses a document of more than 8 MiB", async () => {
    const bench = open();
    expect(await refusal(() => bench.things().insert(bench.tenant, "a", { content: "x".repeat(8 * 1024 * 1024) }))).toBe("invalid");
  });

  it.each([{ rank: {} }, { rank: [1] }, { nested: [{ deep: { state: 1 } }] }, { nested: { deep: { state: ["x"] } } }])(
    "refuses an indexed field that holds no scalar: %j",
    async (data) => {
      const bench = open();
      expect(await refusal(() => bench.things().insert(bench.tenant, "a", data as Thing))).toBe("invalid");
    },
  );

  it.each(Object.entries(badQueries))("refuses a query with %s", async (_name, query) => {
    const bench = open();
    const things = bench.things();
    await things.insert(bench.tenant, "a", { rank: 1 });
    expect(await refusal(() => things.find(bench.tenant, query as Query<Thing>))).toBe("invalid");
  });

  it("refuses the conditions of such a query in a count, too", async () => {
    const bench = open();
    const things = bench.things();
    const wheres = Object.values(badQueries as Record<string, Partial<Query<Thing>>>).flatMap(({ where, sort }) =>
      where === undefined || sort !== undefined ? [] : [where],
    );
    expect(wheres.length).toBeGreaterThan(10);
    for (const where of wheres) expect(await refusal(() => things.count(bench.tenant, where))).toBe("invalid");
  });

  it.each(["", "x".repeat(1001), "\ud800"])("refuses an id that cannot be kept", async (id) => {
    const bench = open();
    const things = bench.things();
    expect(await refusal(() => things.insert(bench.tenant, id, {}))).toBe("invalid");
    expect(await refusal(() => things.get(bench.tenant, id))).toBe("invalid");
  });

  it.each(["things", "suite.Things", 'suite.th"ings', "suite.$things", "suite..things", ""])(
    "refuses the collection name %j",
    async (name) => {
      const { store } = open();
      expect(await refusal(async () => store.collection({ name }))).toBe("invalid");
    },
  );
}

function nested(levels: number): unknown {
  let value: unknown = "end";
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? { value } : [value];
  return value;
}
