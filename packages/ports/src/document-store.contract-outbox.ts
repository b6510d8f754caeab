import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Bench, newEvent, refusal, type DocumentStorePlace } from "./document-store.contract-kit.ts";
import type { DocumentStore, OutboxEvent } from "./document-store.ts";

/** Each case has a place of its own, for an outbox belongs to a whole store. */
export function outboxCases(makePlace: () => Promise<DocumentStorePlace>): void {
  let place: DocumentStorePlace;
  let bench: Bench;
  beforeEach(async () => {
    place = await makePlace();
    bench = new Bench(await place.open());
  });
  afterEach(async () => {
    await bench.store.close();
    await place.remove();
  });

  it("holds the events of every kind of write, whole and in the order written", async () => {
    const { store, things: open, tenant } = bench;
    const things = open();
    const events = [0, 1, 2, 3].map((at) => newEvent(tenant, "a", at));
    const [one, two, three, four] = events as [OutboxEvent, OutboxEvent, OutboxEvent, OutboxEvent];
    three.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    three.requestId = "request-1";
    four.payload = new Uint8Array();
    const first = await things.insert(tenant, "a", { count: 1 }, { events: [one, two] });
    await things.replace(first, { count: 2 }, { events: [three] });
    await things.increment(tenant, "a", { by: { count: 1 } }, { events: [four] });
    expect(plain(await store.outbox.pending(10))).toEqual(plain(events));
    expect(plain(await store.outbox.pending(2))).toEqual(plain([one, two]));
  });

  it("gives the oldest write first, and keeps the order of each document", async () => {
    const { store, things: open, tenant } = bench;
    const things = open();
    const other = open();
    const ids = ["b", "a", "c"];
    const events = new Map(ids.map((id) => [id, [0, 1, 2].map((at) => newEvent(tenant, id, at))]));
    for (const [at, id] of ids.entries()) {
      await (at === 1 ? other : things).insert(tenant, id, { count: 0 }, { events: events.get(id)?.slice(0, 1) ?? [] });
      await tick();
    }
    for (const at of [1, 2]) {
      for (const id of [...ids].reverse()) {
        await (id === "a" ? other : things).increment(
          tenant,
          id,
          { by: { count: 1 } },
          { events: events.get(id)?.slice(at, at + 1) ?? [] },
        );
      }
    }
    const pending = await store.outbox.pending(100);
    expect(pending).toHaveLength(9);
    expect(pending[0]?.key).toBe("b");
    for (const id of ids) expect(keyed(pending, id)).toEqual(events.get(id)?.map((event) => event.eventId));
  });

  it("holds no event of a write that was refused or changed nothing", async () => {
    const { store, things: open, tenant } = bench;
    const things = open([{ fields: ["name"], unique: true }]);
    const first = await things.insert(tenant, "a", { name: "taken", count: 0 });
    const second = await things.insert(tenant, "b", { name: "free" });
    await things.replace(first, { name: "taken", count: 1 });
    const events = [newEvent(tenant, "a")];
    const refused = [
      () => things.insert(tenant, "a", {}, { events }),
      () => things.insert(tenant, "c", { name: "taken" }, { events }),
      () => things.replace(first, {}, { events }),
      () => things.replace(second, { name: "taken" }, { events }),
      () => things.increment(tenant, "a", { by: { name: 1 } }, { events }),
      () => things.insert(tenant, "d", { content: new Date(0) }, { events }),
    ];
    const kinds: string[] = [];
    for (const write of refused) kinds.push(await refusal(write));
    expect(kinds).toEqual(["already_exists", "already_exists", "version_conflict", "already_exists", "invalid", "invalid"]);
    expect(await things.increment(tenant, "a", { by: { count: 1 }, guard: { count: 5 } }, { events })).toBeUndefined();
    expect(await things.increment(tenant, "absent", { by: { count: 1 } }, { events })).toBeUndefined();
    expect(await store.outbox.pending(10)).toEqual([]);
  });

  it("clears what was published and ignores unknown ids", async () => {
    const { store, things: open, tenant } = bench;
    const things = open();
    const events = [0, 1, 2].map((at) => newEvent(tenant, "a", at));
    await things.insert(tenant, "a", {}, { events });
    const [one, two, three] = events.map((event) => event.eventId) as [string, string, string];
    await store.outbox.clear([two, "unknown", "' OR 1=1 --"]);
    expect(keyed(await store.outbox.pending(10), "a")).toEqual([one, three]);
    await store.outbox.clear([]);
    await store.outbox.clear([one, two, three]);
    expect(await store.outbox.pending(10)).toEqual([]);
    expect(await things.get(tenant, "a")).toMatchObject({ version: 1, data: {} });
  });

  it("leaves version and content alone when it clears, so that no writer loses its race to it", async () => {
    const { store, things: open, tenant } = bench;
    const things = open();
    const event = newEvent(tenant, "a");
    const first = await things.insert(tenant, "a", { name: "x" }, { events: [event] });
    await store.outbox.clear([event.eventId]);
    const later = newEvent(tenant, "a", 1);
    expect((await things.replace(first, { name: "y" }, { events: [later] })).version).toBe(2);
    expect(keyed(await store.outbox.pending(10), "a")).toEqual([later.eventId]);
  });

  it("keeps events of a document that is deleted before they are published", async () => {
    const { store, things: open, tenant } = bench;
    const things = open();
    const events = [0, 1, 2].map((at) => newEvent(tenant, "a", at));
    const first = await things.insert(tenant, "a", {}, { events: events.slice(0, 1) });
    await things.replace(first, {}, { events: events.slice(1, 2) });
    expect(await things.delete(tenant, "a")).toBe(true);
    expect(await things.get(tenant, "a")).toBeUndefined();
    await things.insert(tenant, "a", { name: "again" }, { events: events.slice(2) });
    expect(keyed(await store.outbox.pending(10), "a")).toEqual(events.map((event) => event.eventId));
    await store.outbox.clear(events.map((event) => event.eventId));
    expect(await store.outbox.pending(10)).toEqual([]);
    expect((await things.get(tenant, "a"))?.data).toEqual({ name: "again" });
  });

  it("keeps events of each of the documents that had an id one after the other", async () => {
    const { store, things: open, tenant } = bench;
    const things = open();
    const events = [0, 1, 2].map((at) => newEvent(tenant, "a", at));
    for (const event of events) {
      await things.insert(tenant, "a", {}, { events: [event] });
      await things.delete(tenant, "a");
      await tick();
    }
    expect(keyed(await store.outbox.pending(10), "a")).toEqual(events.map((event) => event.eventId));
    await store.outbox.clear(events.map((event) => event.eventId));
    expect(await store.outbox.pending(10)).toEqual([]);
  });

  it("loses and doubles no event of many writers at once, while a relay clears", async () => {
    const { store, things: open, tenant } = bench;
    const things = open();
    await things.insert(tenant, "a", { count: 0 });
    const events = Array.from({ length: 60 }, (_, at) => newEvent(tenant, "a", at));
    const published: string[] = [];
    let writing = true;
    const relay = async () => {
      for (let more = true; more;) {
        const pending = await store.outbox.pending(7);
        published.push(...pending.map((event) => event.eventId));
        await store.outbox.clear(pending.map((event) => event.eventId));
        more = writing || pending.length > 0;
        await tick();
      }
    };
    const relaying = relay();
    await Promise.all(events.map((event) => things.increment(tenant, "a", { by: { count: 1 } }, { events: [event] })));
    writing = false;
    await relaying;
    expect([...published].sort()).toEqual(events.map((event) => event.eventId).sort());
    expect((await things.get(tenant, "a"))?.data.count).toBe(60);
  });

  it("tells listeners of writes with events, and of no others", async () => {
    const { store, things: open, tenant } = bench;
    const things = open();
    const listener = vi.fn<() => void>();
    const stop = store.outbox.onWritten(listener);
    await things.insert(tenant, "a", {});
    await things.insert(tenant, "a", {}, { events: [newEvent(tenant, "a")] }).catch(() => {});
    await things.increment(tenant, "a", { by: { count: 1 }, guard: { count: 1 } }, { events: [newEvent(tenant, "a")] });
    await tick();
    expect(listener).not.toHaveBeenCalled();
    await things.insert(tenant, "b", {}, { events: [newEvent(tenant, "b")] });
    await vi.waitFor(() => expect(listener).toHaveBeenCalledTimes(1));
    stop();
    await things.insert(tenant, "c", {}, { events: [newEvent(tenant, "c")] });
    await tick();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it("finds waiting events again after the store was closed", async () => {
    const { store, tenant } = bench;
    const spec = { name: "suite.reopened" };
    const events = [0, 1].map((at) => newEvent(tenant, "a", at));
    const things = store.collection(spec);
    await things.insert(tenant, "a", {}, { events: events.slice(0, 1) });
    await things.insert(tenant, "gone", {}, { events: events.slice(1) });
    await things.delete(tenant, "gone");
    await store.close();
    const again: DocumentStore = await place.open();
    again.collection(spec);
    const pending = await again.outbox.pending(10);
    expect(plain(pending).sort(byId)).toEqual(plain(events).sort(byId));
    await again.close();
  });
}

/** Events as plain values: bytes may be of any subclass of Uint8Array. */
function plain(events: readonly OutboxEvent[]): (Omit<OutboxEvent, "payload"> & { payload: number[] })[] {
  return events.map((event) => ({ ...event, payload: [...event.payload] }));
}

function keyed(events: readonly OutboxEvent[], key: string): string[] {
  return events.filter((event) => event.key === key).map((event) => event.eventId);
}

function byId(one: { eventId: string }, two: { eventId: string }): number {
  return one.eventId < two.eventId ? -1 : 1;
}

/** Lets at least one millisecond pass, the resolution of a store's own clock. */
function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}
