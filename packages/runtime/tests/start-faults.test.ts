import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asTenant } from "@parlance/ports";
import { openEmbeddedEventBus } from "@parlance/messaging";
import { createLogger, defineService, type Env } from "@parlance/platform";
import { expect, onTestFinished, test, vi } from "vitest";
import { openAtRest, run } from "../src/index.ts";

const sample = defineService({ name: "chat", config: {}, needs: [], ports: ["documents"], create: () => ({}) });

async function settings() {
  const folder = await mkdtemp(join(tmpdir(), "parlance-start-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return { PARLANCE_DATA_DIR: folder, PARLANCE_PORT: "0", PARLANCE_RPC_PORT: "0", PARLANCE_LOG_LEVEL: "silent" } satisfies Env;
}

test.each([
  ["run", run],
  ["looked after", openAtRest],
])("a folder whose documents are gone is not %s, as if it were new", async (_name, open) => {
  const env = await settings();
  await mkdir(join(env.PARLANCE_DATA_DIR, "search", "c-1"), { recursive: true });
  await expect(open([sample], { env })).rejects.toThrow("documents.db is missing or empty");
  await writeFile(join(env.PARLANCE_DATA_DIR, "documents.db"), "no database");
  await expect(open([sample], { env })).rejects.toThrow("documents.db is damaged or not a database");
});

test.runIf(process.platform === "linux")(
  "a data folder that nobody can make is refused at once, with the setting that moves it",
  async () => {
    for (const folder of ["/proc/parlance", "/proc/parlance/data", "/dev/null", "/dev/null/data"]) {
      const env = { ...(await settings()), PARLANCE_DATA_DIR: folder };
      await expect(run([sample], { env })).rejects.toThrow(/cannot be created: .*\. Set PARLANCE_DATA_DIR to another folder/);
    }
  },
);

test("a credential of the RPC port that was cut short is replaced by a new one", async () => {
  const env = await settings();
  const file = join(env.PARLANCE_DATA_DIR, "rpc-token");
  for (const damaged of ["", "0123456789abcdef", "\0".repeat(64)]) {
    await writeFile(file, damaged);
    const running = await run([sample], { env });
    expect(running.rpcToken?.reveal()).toMatch(/^[0-9a-f]{64}$/);
    expect(await readFile(file, "utf8")).toBe(running.rpcToken?.reveal());
    await running.stop();
  }
});

async function takenPort(): Promise<number> {
  const other = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void other.close());
  await once(other, "listening");
  return (other.address() as AddressInfo).port;
}

test("a store that cannot be closed keeps no other from being closed", async () => {
  const env = await settings();
  const stores = defineService({
    name: "chat",
    config: {},
    needs: [],
    ports: ["documents", "blobs", "events"],
    create: () => ({}),
  });
  const running = await run([stores], { env, spread: false });
  const { documents, blobs, events } = running.ports;
  const closed = [documents, events].map((store) => vi.spyOn(store, "close"));
  vi.spyOn(blobs, "close").mockRejectedValue(new Error("the folder is gone"));
  await running.stop();
  for (const close of closed) expect(close).toHaveBeenCalledOnce();
});

test("a taken RPC port is named with the setting that moves it", async () => {
  const port = await takenPort();
  const env = await settings();
  await expect(run([sample], { env: { ...env, PARLANCE_RPC_PORT: String(port) } })).rejects.toThrow(
    `PARLANCE_RPC_PORT: port ${port} of 127.0.0.1 is taken by another program; set PARLANCE_RPC_PORT to a free one`,
  );
  const { PARLANCE_RPC_PORT: _unset, ...unset } = env;
  await expect(run([sample], { env: { ...unset, PARLANCE_PORT: String(port - 1) } })).rejects.toThrow(
    /it is the one after PARLANCE_PORT: set PARLANCE_PORT so that both/,
  );
});

test("an address of another machine is told as a fault of PARLANCE_HOST", async () => {
  const env = { ...(await settings()), PARLANCE_HOST: "192.0.2.1" };
  await expect(run([sample], { env })).rejects.toThrow("PARLANCE_HOST: 192.0.2.1 is no address of this machine");
});

test("a process whose documents can be written no more ends, so that a new one opens them again", async () => {
  const env = await settings();
  const told = Promise.withResolvers<Error>();
  const running = await run([sample], { env, onFatal: told.resolve });
  onTestFinished(() => running.stop());
  await rm(join(env.PARLANCE_DATA_DIR, "documents.db-wal"));
  const documents = running.ports.documents.collection<{ at: number }>({ name: "chat.samples" });
  await expect(documents.insert(asTenant("t"), "a", { at: 1 })).rejects.toMatchObject({ kind: "unavailable" });
  expect((await told.promise).message).toMatch(/documents\.db failed; it must be opened again/);
});

test("a process ends when its event log turns out to be damaged", async () => {
  const env = await settings();
  const file = join(env.PARLANCE_DATA_DIR, "events.db");
  const whole = await openEmbeddedEventBus({ path: file });
  const event = { topic: "t", tenant: asTenant("t"), key: "k", time: 1, payload: new Uint8Array(200) };
  await whole.publish(Array.from({ length: 2_000 }, (_, n) => ({ ...event, eventId: `event-${n}` })));
  await whole.close();
  // The first page has the names of the tables, and is left as it is.
  await writeFile(file, (await readFile(file)).fill(0xff, 4096));
  const eventful = defineService({ ...sample, ports: ["documents", "events"] });
  const told = Promise.withResolvers<Error>();
  const running = await run([eventful], { env, onFatal: told.resolve });
  onTestFinished(() => running.stop());
  await expect(running.ports.events.publish([{ ...event, eventId: "new" }])).rejects.toMatchObject({ kind: "corrupt" });
  expect((await told.promise).message).toContain("events.db is damaged: restore a backup");
});

test("a start that fails blames nothing that it closed itself", async () => {
  const lines: string[] = [];
  const log = createLogger({ service: "test", pretty: false, destination: { write: (line) => void lines.push(line) } });
  const embedding = defineService({ ...sample, ports: ["documents", "embedder"] });
  const env = { ...(await settings()), PARLANCE_RPC_PORT: String(await takenPort()) };
  await expect(run([embedding], { env, log, spread: false })).rejects.toThrow("is taken by another program");
  expect(lines.join("")).not.toContain("cannot be loaded");
});
