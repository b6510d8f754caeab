import { Engine, freePorts } from "@parlance/engines";
import { asTenant, isStoreError, type Collection, type OutboxEvent } from "@parlance/ports";
import { describe, expect, it, onTestFinished } from "vitest";
import { openMongoDocumentStore } from "../src/mongo/index.ts";

// It is started here by its script, which is of no use where servers run in containers.
const engineIsThere =
  process.env["PARLANCE_TEST_MONGODB_URL"] !== undefined && process.env["PARLANCE_TEST_ENGINES"] !== "containers";
if (!engineIsThere) console.warn("MongoDB faults left out: it does not run on this machine itself");
const tenant = asTenant("tenant");
const kills = 4;

interface Entry {
  count: number;
}

/** What the store has acknowledged, and the writes of which it did not know the outcome because the server was away too long. */
interface Tally {
  inserted: string[];
  incremented: number;
  replaced: number;
  events: string[];
  unknown: string[];
}

describe.skipIf(!engineIsThere)("a MongoDB that is killed while it writes", () => {
  it("keeps every acknowledged write once, with its event, and goes on when it is back", { timeout: 120_000 }, async () => {
    const server = await startServer();
    onTestFinished(() => server.remove());
    const store = await openMongoDocumentStore({ url: server.url });
    const entries = store.collection<Entry>({ name: "suite.crash" });
    for (const id of ["counter", "chain"]) await entries.insert(tenant, id, { count: 0 });
    const record: Tally = { inserted: [], incremented: 0, replaced: 0, events: [], unknown: [] };
    let running = true;
    const done = () => record.inserted.length + record.incremented + record.replaced;
    const writers = [1, 2, 3, 4, 5, 6].map((writer) => writeOn(entries, record, { writer, isRunning: () => running }));
    for (let kill = 0; kill < kills; kill++) {
      const before = done();
      await until(() => done() > before + 100 + Math.random() * 200);
      await server.kill();
      await server.start();
    }
    const before = done();
    await until(() => done() > before + 100);
    running = false;
    await Promise.all(writers);
    const { inserted, incremented, replaced, events, unknown } = record;
    const counter = await entries.get(tenant, "counter");
    const chain = await entries.get(tenant, "chain");
    expectWithin(counter?.data.count, incremented, unknown.length);
    expectWithin(chain?.data.count, replaced, unknown.length);
    expectWithin(await entries.count(tenant), inserted.length + 2, unknown.length);
    // Every change of a document counts its version up by one.
    expect([counter?.version, chain?.version]).toEqual([(counter?.data.count ?? 0) + 1, (chain?.data.count ?? 0) + 1]);
    for (const id of inserted) expect(await entries.get(tenant, id)).toMatchObject({ version: 1 });
    const pending = (await store.outbox.pending(1_000_000)).map((event) => event.eventId);
    expect(new Set(pending).size).toBe(pending.length);
    expect(pending).toEqual(expect.arrayContaining(events));
    const certain = new Set([...events, ...unknown]);
    expect(pending.filter((id) => !certain.has(id))).toEqual([]);
    // Each event stands for one change.
    expect(pending.length).toBe((counter?.data.count ?? 0) + (chain?.data.count ?? 0) + (await entries.count(tenant)) - 2);
    await store.close();
  });
});

async function writeOn(
  entries: Collection<Entry>,
  record: Tally,
  options: { writer: number; isRunning: () => boolean },
): Promise<void> {
  for (let turn = 0; options.isRunning(); turn++) {
    const id = `${options.writer}-${turn}`;
    const event = { eventId: id, topic: "t", tenant, key: id, time: turn, payload: new Uint8Array(8) };
    try {
      if (turn % 3 === 0) {
        await entries.insert(tenant, id, { count: turn }, { events: [event] });
        record.inserted.push(id);
      } else if (turn % 3 === 1) {
        await entries.increment(tenant, "counter", { by: { count: 1 } }, { events: [event] });
        record.incremented++;
      } else {
        if (!(await replaceOnce(entries, event))) continue;
        record.replaced++;
      }
      record.events.push(id);
    } catch (error) {
      if (!isStoreError(error, "unavailable")) throw error;
      record.unknown.push(id);
    }
  }
}

/** False when another writer was faster, which is no fault. */
async function replaceOnce(entries: Collection<Entry>, event: OutboxEvent): Promise<boolean> {
  const current = await entries.get(tenant, "chain");
  if (current === undefined) throw new Error("the chain is gone");
  try {
    await entries.replace(current, { count: current.data.count + 1 }, { events: [event] });
    return true;
  } catch (error) {
    if (isStoreError(error, "version_conflict")) return false;
    throw error;
  }
}

/** What was acknowledged is there; of the rest each may be. */
function expectWithin(actual: number | undefined, acknowledged: number, unknown: number): void {
  expect(actual).toBeGreaterThanOrEqual(acknowledged);
  expect(actual).toBeLessThanOrEqual(acknowledged + unknown);
}

/** A server of this test alone, with its own data. */
async function startServer(): Promise<Engine> {
  const [port = 0] = await freePorts(1);
  const server = new Engine("MongoDB", port);
  await server.start();
  return server;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
