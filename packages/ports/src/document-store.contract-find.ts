import fc from "fast-check";
import { expect, it } from "vitest";
import { idsOf, newTenant, readAll, type OpenBench, type Thing } from "./document-store.contract-kit.ts";
import type { Collection, Condition, Query, Range, Scalar, Where } from "./document-store.ts";
import { everyTenant, type Tenant } from "./tenant.ts";

const ranks: Record<string, Scalar> = {
  null: null,
  minus: -1,
  zero: 0,
  half: 0.5,
  one: 1,
  big: 2 ** 53,
  empty: "",
  digit: "1",
  upper: "B",
  lower: "a",
  accent: "é",
  cjk: "日本",
  emoji: "😀",
  no: false,
  yes: true,
};
/** By the order that the port states: null (and missing), numbers, strings by code point, false, true. */
const inOrder = [
  "missing",
  "null",
  "minus",
  "zero",
  "half",
  "one",
  "big",
  "empty",
  "digit",
  "upper",
  "lower",
  "accent",
  "cjk",
  "emoji",
  "no",
  "yes",
];

const conditions: [name: string, condition: Condition, expected: string[]][] = [
  ["a string", "B", ["upper"]],
  ["a number and no text like it", 1, ["one"]],
  ["a text of digits and no number", "1", ["digit"]],
  ["true and not 1", true, ["yes"]],
  ["false and not 0 or null", false, ["no"]],
  ["the empty string and not null", "", ["empty"]],
  ["zero and not null", 0, ["zero"]],
  ["null, and what is missing", null, ["missing", "null"]],
  ["a large number exactly", 2 ** 53, ["big"]],
  ["a set of all types", { in: [1, "a", true, null, "absent", 1] }, ["lower", "missing", "null", "one", "yes"]],
  ["an empty set, which nothing is in", { in: [] }, []],
  ["numbers above, and no texts", { gt: 0 }, ["big", "half", "one"]],
  ["numbers from", { gte: 0.5 }, ["big", "half", "one"]],
  ["numbers below, and no nulls", { lt: 0.5 }, ["minus", "zero"]],
  ["numbers between", { gt: -1, lte: 1 }, ["half", "one", "zero"]],
  ["texts from, and no booleans", { gte: "a" }, ["accent", "cjk", "emoji", "lower"]],
  ["texts below, and no numbers", { lt: "B" }, ["digit", "empty"]],
  ["texts beyond the basic plane, by code point", { gt: "\uffee" }, ["emoji"]],
  ["booleans above, and nothing else", { gt: false }, ["yes"]],
  ["booleans up to", { lte: true }, ["no", "yes"]],
  ["a range that is empty", { gt: 5, lt: 1 }, []],
];

export function conditionCases(open: OpenBench): void {
  it.each(conditions)("finds and counts %s", async (_name, condition, expected) => {
    const { things, tenant } = await ranked(open);
    const where: Where<Thing> = { rank: condition };
    expect(idsOf(await things.find(tenant, { where, limit: 100 })).sort()).toEqual(expected);
    expect(await things.count(tenant, where)).toBe(expected.length);
    const within: Where<Thing> = { group: "g", rank: condition };
    expect(await things.count(tenant, within)).toBe(expected.length);
  });

  it("finds by a nested field, and takes a missing parent for null", async () => {
    const bench = open();
    const things = bench.things();
    const states: [string, Thing][] = [
      ["set", { nested: { deep: { state: "x" } } }],
      ["null", { nested: { deep: { state: null } } }],
      ["no-deep", { nested: {} }],
      ["nothing", {}],
    ];
    for (const [id, data] of states) await things.insert(bench.tenant, id, data);
    expect(idsOf(await things.find(bench.tenant, { where: { "nested.deep.state": "x" }, limit: 9 }))).toEqual(["set"]);
    expect(idsOf(await things.find(bench.tenant, { where: { "nested.deep.state": null }, limit: 9 }))).toEqual([
      "no-deep",
      "nothing",
      "null",
    ]);
  });

  it("takes every value literally, whatever a database could read into it", async () => {
    const bench = open();
    const things = bench.things();
    const texts = ["' OR '1'='1", "%", "_", "$where", "a\u0000b", "a", "\\", '{"$gt":""}'];
    for (const text of texts) await things.insert(bench.tenant, text, { rank: text });
    for (const text of texts) expect(idsOf(await things.find(bench.tenant, { where: { rank: text }, limit: 9 }))).toEqual([text]);
  });

  it("finds a document by what it holds now, not by what it held", async () => {
    const bench = open();
    const things = bench.things();
    const first = await things.insert(bench.tenant, "a", { rank: 1 });
    await things.replace(first, { rank: 2 });
    expect(await things.count(bench.tenant, { rank: 1 })).toBe(0);
    expect(await things.count(bench.tenant, { rank: 2 })).toBe(1);
  });

  it("reads every tenant's documents only when told to", async () => {
    const bench = open();
    const things = bench.things();
    for (const tenant of [bench.tenant, bench.other]) {
      await things.insert(tenant, "a", { rank: 1 });
      await things.insert(tenant, "b", { rank: 2 });
    }
    expect(await things.count(bench.tenant)).toBe(2);
    expect(await things.count(everyTenant)).toBe(4);
    expect(await things.count(everyTenant, { rank: 1 })).toBe(2);
    const found = await things.find(everyTenant, { where: { rank: { gte: 2 } }, limit: 9 });
    expect(found.items.map((item) => item.tenant)).toEqual([bench.tenant, bench.other].sort());
  });

  it("finds, orders and counts as the port defines, for any documents and query", { timeout: 120_000 }, async () => {
    const bench = open();
    const things = bench.things();
    const scalar = fc.constantFrom<Scalar>(null, 0, 1, -2.5, "", "a", "b", true, false);
    const thing = fc.record({ group: fc.constantFrom("g", "h"), rank: scalar }, { requiredKeys: ["group"] });
    const bound = fc.oneof(...[fc.constantFrom(0, 1), fc.constantFrom("", "a"), fc.boolean()].map(rangeOver));
    const condition = fc.oneof(scalar, fc.record({ in: fc.array(scalar, { maxLength: 3 }) }), bound);
    const query = fc.record({
      where: fc.record({ group: fc.constant("g"), rank: condition }, { requiredKeys: [] }),
      sorted: fc.boolean(),
      descending: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(thing, { maxLength: 9 }),
        query,
        fc.integer({ min: 1, max: 4 }),
        async (documents, wanted, limit) => {
          const tenant = newTenant();
          await Promise.all(documents.map((data, at) => things.insert(tenant, `id-${at}`, data)));
          const { where, sorted, descending } = wanted;
          const asked: Query<Thing> = {
            where,
            limit,
            ...(sorted && { sort: { by: "rank", direction: descending ? "descending" : "ascending" } }),
          };
          const expected = referenceIds(documents, asked);
          expect(idsOf(await readAll(things, tenant, asked))).toEqual(expected);
          expect(await things.count(tenant, where)).toBe(expected.length);
        },
      ),
      { numRuns: 60 },
    );
  });
}

export function orderCases(open: OpenBench): void {
  it("orders by id, by code point, without a sort", async () => {
    const bench = open();
    const things = bench.things();
    for (const id of ["b", "é", "a", "B", "😀", "\uffee", "10", "9"]) await things.insert(bench.tenant, id, {});
    expect(idsOf(await things.find(bench.tenant, { limit: 100 }))).toEqual(["10", "9", "B", "a", "b", "é", "\uffee", "😀"]);
  });

  it("orders values of all types up and down", async () => {
    const { things, tenant } = await ranked(open);
    const sorted = (direction: "ascending" | "descending") => things.find(tenant, { sort: { by: "rank", direction }, limit: 100 });
    expect(idsOf(await sorted("ascending"))).toEqual(inOrder);
    // null and missing are one value, so their ids decide, in the direction of the sort.
    expect(idsOf(await sorted("descending"))).toEqual([...inOrder].reverse().slice(0, -2).concat("null", "missing"));
  });

  it("orders ties by id in the direction of the sort", async () => {
    const bench = open();
    const things = bench.things();
    for (const id of ["c", "a", "d", "b"]) await things.insert(bench.tenant, id, { group: "g", rank: id === "d" ? 0 : 1 });
    const sorted = (direction: "ascending" | "descending") =>
      things.find(bench.tenant, { where: { group: "g" }, sort: { by: "rank", direction }, limit: 10 });
    expect(idsOf(await sorted("ascending"))).toEqual(["d", "a", "b", "c"]);
    expect(idsOf(await sorted("descending"))).toEqual(["c", "b", "a", "d"]);
  });
}

async function ranked(open: OpenBench): Promise<{ things: Collection<Thing>; tenant: Tenant }> {
  const bench = open();
  const things = bench.things();
  const all = Object.entries(ranks).map(([id, rank]) => things.insert(bench.tenant, id, { group: "g", rank }));
  await Promise.all([
    ...all,
    things.insert(bench.tenant, "missing", { group: "g" }),
    things.insert(bench.other, "foreign", { group: "g", rank: 1 }),
  ]);
  return { things, tenant: bench.tenant };
}

function rangeOver(value: fc.Arbitrary<string | number | boolean>): fc.Arbitrary<Range> {
  return fc.oneof(
    fc.record({ gt: value }),
    fc.record({ gte: value, lt: value }),
    fc.record({ lte: value }),
    fc.record({ lt: value }),
  );
}

/** What a find must give, computed the slow and obvious way. */
function referenceIds(documents: readonly Thing[], query: Query<Thing>): string[] {
  const { where = {}, sort } = query;
  const direction = sort?.direction === "descending" ? -1 : 1;
  return documents
    .map((data, at) => ({ id: `id-${at}`, data }))
    .filter(({ data }) =>
      Object.entries(where).every(([field, condition]) => holds((data as Record<string, Scalar>)[field] ?? null, condition)),
    )
    .sort((one, two) => {
      const byValue = sort === undefined ? 0 : compare(one.data.rank ?? null, two.data.rank ?? null);
      return direction * (byValue || compare(one.id, two.id));
    })
    .map(({ id }) => id);
}

function holds(value: Scalar, condition: Condition | undefined): boolean {
  if (condition === undefined || condition === null || typeof condition !== "object") return value === condition;
  if ("in" in condition) return condition.in.includes(value);
  return Object.entries(condition).every(([operator, bound]) => {
    if (typeof value !== typeof bound) return false;
    const order = compare(value, bound);
    return { gt: order > 0, gte: order >= 0, lt: order < 0, lte: order <= 0 }[operator] === true;
  });
}

function compare(one: Scalar, two: Scalar): number {
  const typeRank = (value: Scalar) => (value === null ? 0 : ["number", "string", "boolean"].indexOf(typeof value) + 1);
  if (typeRank(one) !== typeRank(two)) return typeRank(one) - typeRank(two);
  if (typeof one === "string" && typeof two === "string") return Buffer.compare(Buffer.from(one), Buffer.from(two));
  return Number(one) - Number(two);
}
