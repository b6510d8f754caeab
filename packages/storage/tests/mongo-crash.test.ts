import { execFile } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { asTenant, StoreError, type Collection, type OutboxEvent } from "@parlance/ports";
import { describe, expect, it, onTestFinished } from "vitest";
import { openMongoDocumentStore } from "../src/mongo/index.ts";

const engine = fileURLToPath(new URL("../../testkit/engines/mongodb/mongodb.sh", import.meta.url));
const engineIsThere = process.env["PARLANCE_TEST_MONGODB_URL"] !== undefined;
const tenant = asTenant("tenant");
const kills = 4;

interface Entry {
  count: number;
}

/** What the store has acknowledged, and what it refused although nothing was wrong with it. */
interface Tally {
  inserted: string[];
  incremented: number;
  replaced: number;
  events: string[];
  refused: unknown[];
}

describe.skipIf(!engineIsThere)("a MongoDB that is killed while it writes", () => {
  it("keeps every acknowledged write once, with its event, and goes on when it is back", { timeout: 120_000 }, async () => {
    const server = await startServer();
    onTestFinished(() => server.remove());
    const store = await openMongoDocumentStore({ url: server.url });
    const entries = store.collection<Entry>({ name: "suite.crash" });
    for (const id of ["counter", "chain"]) await entries.insert(tenant, id, { count: 0 });
    const record: Tally = { inserted: [], incremented: 0, replaced: 0, events: [], refused: [] };
    let running = true;
    const done = () => record.inserted.length + record.incremented + record.replaced;
    const writers = [1, 2, 3, 4, 5, 6].map((writer) => writeOn(entries, record, { writer, isRunning: () => running }));
    for (let kill = 0; kill < kills; kill++) {
      const before = done();
      await until(() => done() > before + 100 + Math.random() * 200);
      await server.killAndRestart();
    }
    const before = done();
    await until(() => done() > before + 100);
    running = false;
    await Promise.all(writers);
    expect(record.refused).toEqual([]);
    expect(await entries.get(tenant, "counter")).toMatchObject({
      version: record.incremented + 1,
      data: { count: record.incremented },
    });
    expect(await entries.get(tenant, "chain")).toMatchObject({ version: record.replaced + 1, data: { count: record.replaced } });
    expect(await entries.count(tenant)).toBe(record.inserted.length + 2);
    for (const id of record.inserted) expect(await entries.get(tenant, id)).toMatchObject({ version: 1 });
    const pending = (await store.outbox.pending(1_000_000)).map((event) => event.eventId);
    expect(pending.sort()).toEqual(record.events.sort());
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
      record.refused.push(error);
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
    if (error instanceof StoreError && error.kind === "version_conflict") return false;
    throw error;
  }
}

/** A server of this test alone, on a free port, with its own data. */
async function startServer(): Promise<{ url: string; killAndRestart(): Promise<void>; remove(): Promise<void> }> {
  const port = await freePort();
  const run = async (command: string) => {
    const { stdout, stderr } = await promisify(execFile)("bash", [engine, command], {
      env: { ...process.env, PORT: String(port) },
    });
    return { url: stdout.trim(), pid: Number(/pid (\d+)/.exec(stderr)?.[1]) };
  };
  let { url, pid } = await run("start");
  return {
    url,
    killAndRestart: async () => {
      process.kill(pid, "SIGKILL");
      ({ url, pid } = await run("start"));
    },
    remove: async () => {
      await run("clean");
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
