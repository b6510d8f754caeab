import { expect, it } from "vitest";
import { newCollectionName, refusal, type DocumentStorePlace, type OpenBench, type Thing } from "./document-store.contract-kit.ts";
import { isStoreError, type Collection, type Increment, type StoreError } from "./document-store.ts";
import type { Tenant } from "./tenant.ts";

export function writerCases(open: OpenBench): void {
  it("lets exactly one of many writers of the same version win", async () => {
    const bench = open();
    const things = bench.things();
    const first = await things.insert(bench.tenant, "a", { count: 0 });
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, writer) => things.replace(first, { count: writer + 1 })),
    );
    const won = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const kinds = results.flatMap((result) => (result.status === "rejected" ? [(result.reason as StoreError).kind] : []));
    expect(won).toHaveLength(1);
    expect(new Set(kinds)).toEqual(new Set(["version_conflict"]));
    expect(await things.get(bench.tenant, "a")).toEqual(won[0]);
  });

  it("lets exactly one of many inserts of an id win", async () => {
    const bench = open();
    const things = bench.things();
    const inserts = Array.from({ length: 20 }, (_, writer) => things.insert(bench.tenant, "a", { count: writer }));
    const won = (await Promise.allSettled(inserts)).flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(won).toHaveLength(1);
    expect(await things.get(bench.tenant, "a")).toEqual(won[0]);
  });

  it("keeps every change of writers that read, change and try again", async () => {
    const bench = open();
    const things = bench.things();
    await things.insert(bench.tenant, "a", { count: 0 });
    await Promise.all(Array.from({ length: 8 }, () => addOneFiveTimes(things, bench.tenant)));
    expect(await things.get(bench.tenant, "a")).toMatchObject({ version: 41, data: { count: 40 } });
  });

  it("refuses one write of many made at once without touching the others", async () => {
    const bench = open();
    const things = bench.things();
    await things.insert(bench.tenant, "taken", {});
    const ids = ["a", "taken", "b", "", "c"];
    const results = await Promise.allSettled(ids.map((id) => things.insert(bench.tenant, id, { name: id })));
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected", "fulfilled"]);
    expect(await things.count(bench.tenant)).toBe(4);
  });
}

export function incrementCases(open: OpenBench): void {
  it("adds to several fields in one write, from 0 where one is missing", async () => {
    const bench = open();
    const things = bench.things();
    await things.insert(bench.tenant, "a", { name: "kept", count: 1.5 });
    const changed = await things.increment(bench.tenant, "a", { by: { count: -2, "nested.count": 3, rank: 7 } });
    expect(changed).toEqual({
      tenant: bench.tenant,
      id: "a",
      version: 2,
      data: { name: "kept", count: -0.5, nested: { count: 3 }, rank: 7 },
    });
    expect(await things.get(bench.tenant, "a")).toEqual(changed);
    expect(await things.count(bench.tenant, { rank: 7 })).toBe(1);
  });

  it("gives undefined for a document that is not there and makes none", async () => {
    const bench = open();
    const things = bench.things();
    expect(await things.increment(bench.tenant, "a", { by: { count: 1 } })).toBeUndefined();
    expect(await things.count(bench.tenant)).toBe(0);
  });

  it("keeps to the guards: a missing field is 0, text fails, and one that fails stops all", async () => {
    const bench = open();
    const things = bench.things();
    await things.insert(bench.tenant, "a", { count: 5, name: "9", rank: null });
    const tried = async (guard: NonNullable<Increment<Thing>["guard"]>) =>
      (await things.increment(bench.tenant, "a", { by: { count: 0 }, guard })) !== undefined;
    expect(await tried({ count: 5 })).toBe(true);
    expect(await tried({ count: 5.5 })).toBe(false);
    expect(await tried({ "nested.count": 0, rank: -1 })).toBe(true);
    expect(await tried({ "nested.count": 0.1 })).toBe(false);
    expect(await tried({ name: 1 })).toBe(false);
    expect(await tried({ count: 1, rank: 1 })).toBe(false);
    expect((await things.get(bench.tenant, "a"))?.version).toBe(3);
  });

  it("never goes below its guard under 50 callers at once", async () => {
    const bench = open();
    const things = bench.things();
    await things.insert(bench.tenant, "a", { count: 30 });
    const spend = () => things.increment(bench.tenant, "a", { by: { count: -1, "nested.count": 1 }, guard: { count: 1 } });
    const spent = (await Promise.all(Array.from({ length: 50 }, spend))).filter((result) => result !== undefined);
    expect(spent).toHaveLength(30);
    expect(new Set(spent.map((result) => result.version)).size).toBe(30);
    expect(await things.get(bench.tenant, "a")).toMatchObject({ version: 31, data: { count: 0, nested: { count: 30 } } });
  });

  it.each<[string, Increment<Thing>]>([
    ["a text", { by: { name: 1 } }],
    ["null", { by: { rank: 1 } }],
    ["a field below a text", { by: { "name.inner": 1 } }],
    ["a path that is none", { by: { "name'": 1 } as never }],
    ["by an infinite amount", { by: { count: Number.POSITIVE_INFINITY } }],
    ["a path into prototypes", { by: { "__proto__.x": 1 } as never }],
  ])("refuses to increment %s and changes nothing", async (_name, change) => {
    const bench = open();
    const things = bench.things();
    const before = await things.insert(bench.tenant, "a", { name: "text", rank: null, count: 1 });
    expect(await refusal(() => things.increment(bench.tenant, "a", change))).toBe("invalid");
    expect(await things.get(bench.tenant, "a")).toEqual(before);
  });
}

export function uniqueCases(open: OpenBench, makePlace: () => Promise<DocumentStorePlace>): void {
  const unique = [{ fields: ["name" as const], unique: true }];

  it("holds a unique index on insert, replace and increment, and gives the value free again", async () => {
    const bench = open();
    const things = bench.things([...unique, { fields: ["count"], unique: true }]);
    await things.insert(bench.tenant, "a", { name: "taken", count: 2 });
    expect(await refusal(() => things.insert(bench.tenant, "b", { name: "taken" }))).toBe("already_exists");
    const b = await things.insert(bench.tenant, "b", { name: "free", count: 1 });
    expect(await refusal(() => things.replace(b, { name: "taken" }))).toBe("already_exists");
    expect(await refusal(() => things.increment(bench.tenant, "b", { by: { count: 1 } }))).toBe("already_exists");
    expect(await things.get(bench.tenant, "b")).toEqual(b);
    await things.delete(bench.tenant, "a");
    expect((await things.replace(b, { name: "taken" })).version).toBe(2);
    expect(await things.count(bench.tenant, { name: "taken" })).toBe(1);
  });

  it("holds it per tenant", async () => {
    const bench = open();
    const things = bench.things(unique);
    await things.insert(bench.tenant, "a", { name: "same" });
    await things.insert(bench.other, "a", { name: "same" });
    expect(await things.count(bench.other, { name: "same" })).toBe(1);
  });

  it("holds it over all fields together, and not where one is null or missing", async () => {
    const bench = open();
    const things = bench.things([{ fields: ["group", "name"], unique: true }]);
    await things.insert(bench.tenant, "a", { group: "g", name: "n" });
    await things.insert(bench.tenant, "b", { group: "h", name: "n" });
    for (const id of ["c", "d"]) await things.insert(bench.tenant, id, { group: "g" });
    for (const id of ["e", "f"]) await things.insert(bench.tenant, id, { group: "g", name: null });
    expect(await things.count(bench.tenant, { group: "g", name: null })).toBe(4);
    expect(await refusal(() => things.insert(bench.tenant, "z", { group: "g", name: "n" }))).toBe("already_exists");
  });

  it("tells values of different types apart, and texts that look alike", async () => {
    const bench = open();
    const things = bench.things(unique);
    const names = [1, "1", true, "true", "", "a", "A", "a ", "é", "e\u0301", '"', "a\u0000b"];
    for (const [at, name] of names.entries()) await things.insert(bench.tenant, `id-${at}`, { name });
    for (const name of names) expect(await refusal(() => things.insert(bench.tenant, "z", { name }))).toBe("already_exists");
  });

  it("lets exactly one of many writers take a value", async () => {
    const bench = open();
    const things = bench.things(unique);
    const inserts = Array.from({ length: 20 }, (_, writer) => things.insert(bench.tenant, `id-${writer}`, { name: "wanted" }));
    const results = await Promise.allSettled(inserts);
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    expect(await things.count(bench.tenant)).toBe(1);
  });

  it("takes in documents that were there before the index was declared", async () => {
    const place = await makePlace();
    const name = newCollectionName();
    const { tenant } = open();
    const before = await place.open();
    await before.collection<Thing>({ name }).insert(tenant, "a", { name: "old", rank: 3 });
    await before.close();
    const after = await place.open();
    const things = after.collection<Thing>({ name, indexes: [...unique, { fields: ["rank"] }] });
    expect(await things.count(tenant, { rank: 3 })).toBe(1);
    expect(await refusal(() => things.insert(tenant, "b", { name: "old" }))).toBe("already_exists");
    await after.close();
    await place.remove();
  });
}

async function addOneFiveTimes(things: Collection<Thing>, tenant: Tenant): Promise<void> {
  for (let done = 0; done < 5;) {
    const current = await things.get(tenant, "a");
    if (current === undefined) throw new Error("the document is gone");
    try {
      await things.replace(current, { count: (current.data.count ?? 0) + 1 });
      done++;
    } catch (error) {
      if (!isStoreError(error, "version_conflict")) throw error;
    }
  }
}
