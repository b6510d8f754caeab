import { expect, it } from "vitest";
import { Bench, idsOf, refusal, type DocumentStorePlace, type Thing } from "./document-store.contract-kit.ts";

export function lifecycleCases(makePlace: () => Promise<DocumentStorePlace>): void {
  it("is ready once open, and not after close", async () => {
    const place = await makePlace();
    const store = await place.open();
    await expect(store.ready()).resolves.toBeUndefined();
    await store.close();
    expect(await refusal(() => store.ready())).toBe("unavailable");
    await place.remove();
  });

  it("may be closed twice, and refuses calls afterwards as unavailable", async () => {
    const place = await makePlace();
    const store = await place.open();
    const { things: open, tenant } = new Bench(store);
    const things = open();
    await things.insert(tenant, "a", {});
    await Promise.all([store.close(), store.close()]);
    await store.close();
    expect(await refusal(() => things.get(tenant, "a"))).toBe("unavailable");
    expect(await refusal(() => things.insert(tenant, "b", {}))).toBe("unavailable");
    expect(await refusal(() => store.outbox.pending(1))).toBe("unavailable");
    await place.remove();
  });

  it("keeps every document, version and index when it is opened again", async () => {
    const place = await makePlace();
    const spec = { name: "suite.reopened", indexes: [{ fields: ["rank" as const], unique: true }] };
    const first = await place.open();
    const { tenant } = new Bench(first);
    const before = first.collection<Thing>(spec);
    const a = await before.insert(tenant, "a", { rank: 1, name: "é" });
    const b = await before.replace(await before.insert(tenant, "b", { rank: 2 }), { rank: 3 });
    await first.close();
    const second = await place.open();
    const after = second.collection<Thing>(spec);
    expect(await after.get(tenant, "a")).toEqual(a);
    expect((await after.find(tenant, { where: { rank: { gt: 1 } }, limit: 9 })).items).toEqual([b]);
    expect(await refusal(() => after.insert(tenant, "c", { rank: 3 }))).toBe("already_exists");
    await second.close();
    await place.remove();
  });

  it("makes or refuses, but never forgets, writes that are under way when it closes", async () => {
    const place = await makePlace();
    const store = await place.open();
    const { tenant } = new Bench(store);
    const things = store.collection<Thing>({ name: "suite.closing" });
    const ids = Array.from({ length: 20 }, (_, at) => `id-${at}`);
    await things.count(tenant);
    const writes = ids.map((id) => things.insert(tenant, id, {}));
    const [results] = await Promise.all([Promise.allSettled(writes), store.close()]);
    const acknowledged = ids.filter((_, at) => results[at]?.status === "fulfilled");
    const again = await place.open();
    const kept = idsOf(await again.collection<Thing>({ name: "suite.closing" }).find(tenant, { limit: 100 }));
    expect(kept).toEqual(expect.arrayContaining(acknowledged));
    await again.close();
    await place.remove();
  });

  it("rejects a read whose signal has aborted, with the signal's reason", async () => {
    const place = await makePlace();
    const store = await place.open();
    const { things: open, tenant } = new Bench(store);
    const things = open();
    await things.insert(tenant, "a", {});
    const reason = new Error("the caller left");
    const options = { signal: AbortSignal.abort(reason) };
    await expect(things.get(tenant, "a", options)).rejects.toBe(reason);
    await expect(things.find(tenant, { limit: 1 }, options)).rejects.toBe(reason);
    await expect(things.count(tenant, {}, options)).rejects.toBe(reason);
    expect((await things.get(tenant, "a", { signal: new AbortController().signal }))?.id).toBe("a");
    await store.close();
    await place.remove();
  });
}
