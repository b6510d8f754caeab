// What `npm run cluster` runs: MongoDB, Elasticsearch, Kafka, and every service as a process of its own, on this machine, until Ctrl-C.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Engine, EngineError, freePorts, type EngineName } from "../packages/engines/src/index.ts";
import { Cluster } from "../packages/testkit/src/index.ts";
import { greet } from "../services/standalone/src/greet.ts";

const folder = resolve(process.env["PARLANCE_DATA_DIR"] ?? "./data/cluster");
const port = Number(process.env["PARLANCE_PORT"] ?? 3000);
const names: readonly EngineName[] = ["MongoDB", "Elasticsearch", "Kafka"];

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort());
process.once("disconnect", () => stopping.abort());

const engines = new Map(
  (await enginePorts()).map((enginePort, index) => [names[index] ?? "Kafka", new Engine(names[index] ?? "Kafka", enginePort)]),
);
try {
  console.log(`Starting ${names.join(", ")} (fetched the first time, about 200 MB); data in ${folder} and the engines' cache`);
  await Promise.all([...engines.values()].map((engine) => engine.start()));
  if (!stopping.signal.aborted) await runCluster();
} catch (error) {
  console.error(
    `\nThe cluster cannot run.\n${error instanceof EngineError || error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
} finally {
  console.log("Stopping the servers");
  await Promise.allSettled([...engines.values()].map((engine) => engine.stop()));
  if (process.connected) process.disconnect();
}

async function runCluster(): Promise<void> {
  console.log("Starting the services");
  const cluster = await Cluster.start({ engines, folder, port, env: settings() });
  for (const { service, replica, rpcAddress, metricsAddress = "" } of cluster.members)
    console.log(`  ${service} ${replica}`.padEnd(18), rpcAddress, metricsAddress);
  greet({ address: cluster.address, dataDir: folder, env: process.env });
  const operator = `--data ${folder} --rpc-url ${cluster.of("account")[0]?.rpcAddress ?? ""}`;
  console.log(`  Users, keys and plans: npm run parlance -- users list ${operator}`);
  console.log(`  Logs are in ${join(folder, "logs")}. Ctrl-C stops everything; the data is kept.\n`);
  const watching = tellOfDeaths(cluster);
  if (!stopping.signal.aborted) await new Promise((done) => stopping.signal.addEventListener("abort", done, { once: true }));
  clearInterval(watching);
  console.log("\nStopping the services");
  const faults = await cluster.stop();
  if (faults.length === 0) return;
  console.error(`\nThese had died, or did not end cleanly:\n${faults.join("\n")}`);
  process.exitCode = 1;
}

/** Nothing starts a process again here: whoever killed it wants to see what the others do. */
function tellOfDeaths(cluster: Cluster): NodeJS.Timeout {
  const dead = new Set<string>();
  return setInterval(() => {
    for (const { service, replica, running } of cluster.members) {
      const name = `${service} ${replica}`;
      if (running || dead.has(name)) continue;
      dead.add(name);
      console.error(`  ${name} has ended, and is not started again; its log is in ${join(folder, "logs")}`);
    }
  }, 1_000);
}

/** The same at every start, because the servers' data belongs to their ports. */
async function enginePorts(): Promise<number[]> {
  const file = join(folder, "ports.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as number[];
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const ports = await freePorts(names.length);
  writeFileSync(file, JSON.stringify(ports));
  return ports;
}

/** What the operator has set for every process; addresses are the cluster's own. */
function settings(): Record<string, string> {
  const own = /^PARLANCE_(?:(?:RPC_)?PORT|HOST|DATA_DIR|\w+_URL)$/;
  const kept = /^PARLANCE_(?:MODEL|EMBEDDINGS)_URL$/;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.startsWith("PARLANCE_") && value !== undefined && (!own.test(name) || kept.test(name)) ? [[name, value]] : [],
    ),
  );
}
