import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Bench, refusal, type DocumentStorePlace, type OpenBench } from "./document-store.contract-kit.ts";
import { conditionCases, orderCases } from "./document-store.contract-find.ts";
import { lifecycleCases } from "./document-store.contract-lifecycle.ts";
import { outboxCases } from "./document-store.contract-outbox.ts";
import { pagingCases } from "./document-store.contract-paging.ts";
import { badInputCases, valueCases } from "./document-store.contract-values.ts";
import { incrementCases, uniqueCases, writerCases } from "./document-store.contract-writers.ts";
import type { DocumentStore } from "./document-store.ts";

export type { DocumentStorePlace } from "./document-store.contract-kit.ts";

/** The promises of `DocumentStore`, run against each adapter. No case can be left out. */
export function describeDocumentStore(name: string, makePlace: () => Promise<DocumentStorePlace>): void {
  describe(`DocumentStore: ${name}`, { timeout: 60_000 }, () => {
    let place: DocumentStorePlace;
    let store: DocumentStore;
    beforeAll(async () => {
      place = await makePlace();
      store = await place.open();
      await store.ready();
    });
    afterAll(async () => {
      await store.close();
      await place.remove();
    });
    const bench: OpenBench = () => new Bench(store);

    describe("one document", () => {
      documentCases(bench);
    });
    describe("values", () => {
      valueCases(bench);
    });
    describe("bad input", () => {
      badInputCases(bench);
    });
    describe("conditions", () => {
      conditionCases(bench);
    });
    describe("order", () => {
      orderCases(bench);
    });
    describe("paging", () => {
      pagingCases(bench);
    });
    describe("writers", () => {
      writerCases(bench);
    });
    describe("increments", () => {
      incrementCases(bench);
    });
    describe("unique indexes", () => {
      uniqueCases(bench, makePlace);
    });
    describe("outbox", () => {
      outboxCases(makePlace);
    });
    describe("lifecycle", () => {
      lifecycleCases(makePlace);
    });
  });
}

function documentCases(open: OpenBench): void {
  it("gives back what was inserted, as version 1", async () => {
    const { things, tenant } = thingsOf(open());
    const inserted = await things.insert(tenant, "a", { name: "first" });
    expect(inserted).toEqual({ tenant, id: "a", version: 1, data: { name: "first" } });
    expect(await things.get(tenant, "a")).toEqual(inserted);
  });

  it("answers a foreign id as an unknown one, in every call", async () => {
    const { things, tenant, other } = thingsOf(open());
    const mine = await things.insert(tenant, "a", { name: "mine", count: 5 });
    expect(await things.get(other, "a")).toBeUndefined();
    expect(await things.increment(other, "a", { by: { count: 1 } })).toBeUndefined();
    expect(await things.delete(other, "a")).toBe(false);
    expect(await things.delete(other, "a", { version: 1 })).toBe(false);
    expect(await refusal(() => things.replace({ ...mine, tenant: other }, { name: "stolen" }))).toBe("version_conflict");
    expect((await things.find(other, { limit: 10 })).items).toEqual([]);
    expect(await things.count(other)).toBe(0);
    expect(await things.get(tenant, "a")).toEqual(mine);
  });

  it("keeps the same id of two tenants apart", async () => {
    const { things, tenant, other } = thingsOf(open());
    await things.insert(tenant, "a", { name: "one" });
    await things.insert(other, "a", { name: "two" });
    expect((await things.get(tenant, "a"))?.data).toEqual({ name: "one" });
    expect((await things.get(other, "a"))?.data).toEqual({ name: "two" });
  });

  it("keeps collections apart", async () => {
    const bench = open();
    const [one, two] = [bench.things(), bench.things()];
    await one.insert(bench.tenant, "a", { name: "one" });
    expect(await two.get(bench.tenant, "a")).toBeUndefined();
    expect(await two.count(bench.tenant)).toBe(0);
  });

  it("refuses an id that is taken and changes nothing", async () => {
    const { things, tenant } = thingsOf(open());
    await things.insert(tenant, "a", { name: "first" });
    expect(await refusal(() => things.insert(tenant, "a", { name: "second" }))).toBe("already_exists");
    expect(await things.get(tenant, "a")).toEqual({ tenant, id: "a", version: 1, data: { name: "first" } });
  });

  it("replaces the whole document and counts the version up", async () => {
    const { things, tenant } = thingsOf(open());
    const first = await things.insert(tenant, "a", { name: "first", group: "g" });
    const second = await things.replace(first, { name: "second" });
    expect(second).toEqual({ tenant, id: "a", version: 2, data: { name: "second" } });
    expect(await things.get(tenant, "a")).toEqual(second);
  });

  it("refuses to replace a version that is gone, or a document that is", async () => {
    const { things, tenant } = thingsOf(open());
    const first = await things.insert(tenant, "a", { name: "first" });
    const second = await things.replace(first, { name: "second" });
    expect(await refusal(() => things.replace(first, { name: "late" }))).toBe("version_conflict");
    expect(await things.get(tenant, "a")).toEqual(second);
    await things.delete(tenant, "a");
    expect(await refusal(() => things.replace(second, { name: "late" }))).toBe("version_conflict");
    expect(await things.get(tenant, "a")).toBeUndefined();
  });

  it("says whether a deleted document was there, and deletes only the version asked for", async () => {
    const { things, tenant } = thingsOf(open());
    const first = await things.insert(tenant, "a", {});
    await things.replace(first, { name: "second" });
    expect(await refusal(() => things.delete(tenant, "a", { version: 1 }))).toBe("version_conflict");
    expect(await things.delete(tenant, "a", { version: 2 })).toBe(true);
    expect(await things.delete(tenant, "a", { version: 2 })).toBe(false);
    expect(await things.delete(tenant, "a")).toBe(false);
    expect(await things.count(tenant)).toBe(0);
  });

  it("begins again with version 1 after a deletion", async () => {
    const { things, tenant } = thingsOf(open());
    await things.replace(await things.insert(tenant, "a", {}), { name: "second" });
    await things.delete(tenant, "a");
    expect((await things.insert(tenant, "a", { name: "again" })).version).toBe(1);
  });

  it("gives the same collection for the same spec and refuses another spec", async () => {
    const bench = open();
    const spec = { name: `suite.same-${bench.tenant.slice(-8)}`, indexes: [{ fields: ["rank" as const] }] };
    const [one, two] = [bench.store.collection(spec), bench.store.collection(spec)];
    await one.insert(bench.tenant, "a", { rank: 1 });
    expect(await two.get(bench.tenant, "a")).toBeDefined();
    expect(await refusal(async () => bench.store.collection({ name: spec.name, indexes: [{ fields: ["other"] }] }))).toBe(
      "invalid",
    );
  });
}

function thingsOf(bench: Bench) {
  return { things: bench.things(), tenant: bench.tenant, other: bench.other };
}
