import { expect, it } from "vitest";
import { idsOf, readAll, refusal, type OpenBench, type Thing } from "./document-store.contract-kit.ts";
import type { Collection, Query } from "./document-store.ts";
import { everyTenant, type Tenant } from "./tenant.ts";

const byRank = { by: "rank", direction: "ascending" } as const;

export function pagingCases(open: OpenBench): void {
  it.each(["ascending", "descending"] as const)("pages through ties, nulls and all types exactly once, %s", async (direction) => {
    const bench = open();
    const things = bench.things();
    const ranks = [null, 1, 1, 1, 2, "a", "a", true, true, false, null];
    await fill(
      things,
      bench.tenant,
      ranks.map((rank, at) => [`id-${at}`, { group: "g", rank }]),
    );
    const query: Query<Thing> = { where: { group: "g" }, sort: { by: "rank", direction }, limit: 100 };
    const whole = idsOf(await things.find(bench.tenant, query));
    for (const limit of [1, 2, 3, 11]) expect(idsOf(await readAll(things, bench.tenant, { ...query, limit }))).toEqual(whole);
    expect(whole).toHaveLength(ranks.length);
  });

  it("gives no cursor on the last page, full or not", async () => {
    const bench = open();
    const things = bench.things();
    await fill(things, bench.tenant, [
      ["a", {}],
      ["b", {}],
      ["c", {}],
    ]);
    expect((await things.find(bench.tenant, { limit: 3 })).nextCursor).toBeUndefined();
    expect((await things.find(bench.tenant, { limit: 4 })).nextCursor).toBeUndefined();
    expect((await things.find(bench.tenant, { limit: 2 })).nextCursor).toBeTypeOf("string");
    expect(await things.find(bench.other, { limit: 2 })).toEqual({ items: [] });
  });

  it("shows what stays exactly once while others come and go before and after", async () => {
    const bench = open();
    const things = bench.things();
    const kept = Array.from({ length: 20 }, (_, at) => `kept-${String(at).padStart(2, "0")}`);
    await fill(
      things,
      bench.tenant,
      kept.map((id, at) => [id, { rank: Math.floor(at / 4) }]),
    );
    let round = 0;
    const disturb = async () => {
      round++;
      await things.insert(bench.tenant, `before-${round}`, { rank: -round });
      await things.insert(bench.tenant, `between-${round}`, { rank: round % 5 });
      if (round > 1) await things.delete(bench.tenant, `between-${round - 1}`);
    };
    const read = await readAll(things, bench.tenant, { sort: byRank, limit: 3 }, disturb);
    expect(idsOf(read).filter((id) => id.startsWith("kept"))).toEqual(kept);
  });

  it("goes on where it was when the last document of a page is deleted or changed", async () => {
    const bench = open();
    const things = bench.things();
    await fill(
      things,
      bench.tenant,
      ["a", "b", "c", "d"].map((id, at) => [id, { rank: at }]),
    );
    const first = await things.find(bench.tenant, { sort: byRank, limit: 2 });
    await things.delete(bench.tenant, "b");
    const second = await things.find(bench.tenant, { sort: byRank, limit: 2, ...cursorOf(first) });
    expect(idsOf(second)).toEqual(["c", "d"]);
  });

  it("pages over every tenant by tenant, then id", async () => {
    const bench = open();
    const things = bench.things();
    const tenants = [bench.tenant, bench.other].sort();
    for (const tenant of tenants)
      await fill(things, tenant, [
        ["b", { rank: 1 }],
        ["a", { rank: 1 }],
        ["c", { rank: 0 }],
      ]);
    const unsorted = await readAll(things, everyTenant, { limit: 1 });
    expect(unsorted.map(({ tenant, id }) => [tenant, id])).toEqual(
      tenants.flatMap((tenant) => ["a", "b", "c"].map((id) => [tenant, id])),
    );
    const sorted = await readAll(things, everyTenant, { sort: byRank, limit: 1 });
    expect(idsOf(sorted)).toEqual(["c", "c", "a", "b", "a", "b"]);
  });

  it("passes over as many documents as the offset says", async () => {
    const bench = open();
    const things = bench.things();
    await fill(
      things,
      bench.tenant,
      ["a", "b", "c", "d", "e"].map((id) => [id, { rank: 1 }]),
    );
    expect(idsOf(await things.find(bench.tenant, { limit: 2, offset: 1 }))).toEqual(["b", "c"]);
    expect(idsOf(await things.find(bench.tenant, { sort: byRank, limit: 2, offset: 4 }))).toEqual(["e"]);
    expect(await things.find(bench.tenant, { limit: 2, offset: 5 })).toEqual({ items: [] });
    const next = await things.find(bench.tenant, { limit: 2, offset: 1 });
    expect(idsOf(await things.find(bench.tenant, { limit: 2, ...cursorOf(next) }))).toEqual(["d", "e"]);
    expect(await refusal(() => things.find(bench.tenant, { limit: 2, offset: 1, ...cursorOf(next) }))).toBe("invalid");
  });

  it("takes a cursor with another limit, and with no other query, collection or tenant", async () => {
    const bench = open();
    const [things, others] = [bench.things(), bench.things()];
    for (const collection of [things, others]) {
      for (const tenant of [bench.tenant, bench.other])
        await fill(collection, tenant, [
          ["a", { group: "g" }],
          ["b", { group: "g" }],
        ]);
    }
    const query: Query<Thing> = { where: { group: "g" }, limit: 1 };
    const cursor = cursorOf(await things.find(bench.tenant, query));
    expect(idsOf(await things.find(bench.tenant, { ...query, limit: 9, ...cursor }))).toEqual(["b"]);
    const foreign: (() => Promise<unknown>)[] = [
      () => things.find(bench.other, { ...query, ...cursor }),
      () => things.find(everyTenant, { ...query, ...cursor }),
      () => others.find(bench.tenant, { ...query, ...cursor }),
      () => things.find(bench.tenant, { limit: 1, ...cursor }),
      () => things.find(bench.tenant, { ...query, where: { group: "h" }, ...cursor }),
      () => things.find(bench.tenant, { ...query, sort: byRank, ...cursor }),
    ];
    for (const find of foreign) expect(await refusal(find)).toBe("invalid");
  });
}

function cursorOf(page: { nextCursor?: string }): { cursor: string } {
  if (page.nextCursor === undefined) throw new Error("the page has no cursor");
  return { cursor: page.nextCursor };
}

async function fill(
  things: Collection<Thing>,
  tenant: Tenant,
  documents: readonly (readonly [id: string, data: Thing])[],
): Promise<void> {
  await Promise.all(documents.map(([id, data]) => things.insert(tenant, id, data)));
}
