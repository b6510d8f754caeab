import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger, defineService } from "@parlance/platform";
import { StoreError } from "@parlance/ports";
import { Program, until } from "@parlance/testkit";
import { expect, onTestFinished, test } from "vitest";
import { run } from "../src/index.ts";
import { untilThere } from "../src/until-there.ts";

function recorded() {
  const lines: string[] = [];
  const log = createLogger({ service: "test", pretty: false, destination: { write: (line) => void lines.push(line) } });
  return { log, said: () => lines.join("") };
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "parlance-waiting-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

const away = {
  documents: "mongodb://someone:hidden@127.0.0.1:1/parlance?serverSelectionTimeoutMS=300",
  search: "elasticsearch+http://someone:hidden@127.0.0.1:1",
  events: "kafka://someone:hidden@127.0.0.1:1",
} as const;

test.each([
  ["MongoDB", "documents"],
  ["Elasticsearch", "search"],
  ["Kafka", "events"],
] as const)("a start without %s waits, and names the server and the setting, and no password", async (server, port) => {
  const { log, said } = recorded();
  const stopping = new AbortController();
  const setting = `PARLANCE_${port.toUpperCase()}_URL`;
  const env = { PARLANCE_DATA_DIR: await folder(), PARLANCE_PORT: "0", PARLANCE_RPC_PORT: "0", [setting]: away[port] };
  const wanting = defineService({ name: "chat", config: {}, needs: [], ports: [port], create: () => ({}) });
  const starting = run([wanting], { env, log, signal: stopping.signal, spread: false });
  starting.catch(() => {});
  await until("it says so", () => said().includes("waiting for a server"));
  expect(said()).toMatch(new RegExp(`${server} (?:cannot|answered)`));
  expect(said()).toContain(setting);
  expect(said()).not.toContain("hidden");
  const reason = new Error("enough");
  stopping.abort(reason);
  await expect(starting).rejects.toBe(reason);
});

const healthCheck = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };

/** Answers like an Elasticsearch that keeps the index it is given, and as a server that is still starting before it is told otherwise. */
async function elasticsearch(): Promise<{ server: Server; begin: () => void }> {
  let serving = false;
  const indexes: Record<string, unknown> = {};
  const answer = async ({ method, url = "" }: IncomingMessage, body: Promise<string>): Promise<unknown> => {
    if (method === "GET") return indexes;
    if (!url.startsWith("/_")) indexes[url.slice(1)] = JSON.parse(await body);
    return {};
  };
  const server = createServer((request, response) => {
    response.setHeader("x-elastic-product", "Elasticsearch").setHeader("content-type", "application/json");
    if (!serving) response.writeHead(503).end("{}");
    else void answer(request, text(request)).then((json) => response.end(JSON.stringify(json)));
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return { server, begin: () => (serving = true) };
}

test("a process serves as soon as the server it waits for does", async () => {
  const { log, said } = recorded();
  const { server, begin } = await elasticsearch();
  const { port } = server.address() as AddressInfo;
  const env = {
    PARLANCE_DATA_DIR: await folder(),
    PARLANCE_PORT: "0",
    PARLANCE_RPC_PORT: "0",
    PARLANCE_SEARCH_URL: `elasticsearch+http://127.0.0.1:${port}`,
  };
  const wanting = defineService({ name: "retrieval", config: {}, needs: [], ports: ["search"], create: () => ({}) });
  const starting = run([wanting], { env, log, spread: false });
  await until("it waits", () => said().includes("Elasticsearch answered 503"));
  begin();
  const running = await starting;
  onTestFinished(() => running.stop());
  expect(await (await fetch(`${running.rpcAddress}/grpc.health.v1.Health/Check`, healthCheck)).json()).toEqual({
    status: "SERVING",
  });
});

test("what no waiting mends ends the start at once", async () => {
  const { log, said } = recorded();
  for (const error of [new StoreError("invalid", "another model"), new Error("a fault of ours")])
    await expect(untilThere(() => Promise.reject(error), { log })).rejects.toBe(error);
  expect(said()).toBe("");
});

test("a program that waits ends without a fault when it is told to", async () => {
  const program = new Program({
    main: new URL("starting-child.ts", import.meta.url),
    env: {
      PARLANCE_PORT: "0",
      PARLANCE_RPC_PORT: "0",
      PARLANCE_RPC_TOKEN: "t".repeat(32),
      PARLANCE_DATA_DIR: await folder(),
      PARLANCE_DOCUMENTS_URL: away.documents,
    },
  });
  await program.says(/waiting for a server/);
  expect(await program.end("SIGTERM")).toBe(0);
});
