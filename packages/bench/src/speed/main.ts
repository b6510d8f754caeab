import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { benchChat } from "./chat.ts";
import { benchDocuments } from "./documents.ts";
import { benchEvents } from "./events.ts";
import { benchGateway } from "./gateway.ts";
import { benchHop } from "./hop.ts";
import { benchMemory } from "./memory.ts";
import { benchNeighbours } from "./neighbours.ts";
import { describeRow, meetsAim, type Row } from "./report.ts";
import { benchRetrieval } from "./retrieval.ts";
import { benchSplitSearch } from "./split-search.ts";
import { benchNpmStart, benchStart } from "./start.ts";
import { benchStream } from "./stream.ts";
import { benchTraining } from "./training.ts";
import { Workspace } from "./workspace.ts";

interface Benchmark {
  run: (workspace: Workspace) => Promise<Row[]>;
  about: string;
}

const benchmarks: Readonly<Record<string, Benchmark>> = {
  start: { run: benchStart, about: "cold start to ready" },
  "npm-start": { run: benchNpmStart, about: "the same by npm start" },
  memory: { run: benchMemory, about: "resident memory idle and under training" },
  gateway: { run: benchGateway, about: "the gateway's POST to a service against a bare express" },
  stream: { run: benchStream, about: "time added to the first token of a streamed chat" },
  chat: { run: benchChat, about: "chat with retrieval over 20,000 chunks against the sum of its parts" },
  training: { run: benchTraining, about: "training against the embedder alone" },
  neighbours: { run: benchNeighbours, about: "chat during a large training against chat alone" },
  retrieval: { run: benchRetrieval, about: "search in small and large chatbots, and among a thousand" },
  hop: { run: benchHop, about: "a call to another process, by our transport, connect-node's and grpc-js" },
  documents: { run: benchDocuments, about: "the document store on MongoDB against the driver alone" },
  events: { run: benchEvents, about: "the event bus on Kafka against kafkajs alone" },
  "split-search": { run: benchSplitSearch, about: "retrieval through its service against the same bodies sent to Elasticsearch" },
};

const usage = `Measures speed and memory, each beside a reference in the same run.

  npm run bench -- [NAME...] [--json]

${Object.entries(benchmarks)
  .map(([name, { about }]) => `  ${name.padEnd(14)}${about}`)
  .join("\n")}

Everything runs on this machine alone, in folders that are removed afterwards. All of it takes about ten minutes on an idle machine. The last three
start real servers, which need Java 21 and Python.`;

/** A benchmark that takes longer does not measure anything any more; the whole ends before ten minutes on a machine that is not overloaded. */
const limitMs = 240_000;

/** The command `npm run bench`. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const unknown = positionals.filter((name) => !Object.hasOwn(benchmarks, name));
  if (unknown.length > 0)
    throw new Error(`there is no benchmark ${unknown.join(", ")}; there are ${Object.keys(benchmarks).join(", ")}`);
  const rows: Row[] = [];
  const failures: { benchmark: string; failure: string }[] = [];
  if (!values.json) console.log(describeMachine());
  for (const [name, { run }] of Object.entries(benchmarks)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    try {
      const measured = await limited(name, run);
      rows.push(...measured);
      if (!values.json) for (const row of measured) console.log(`\n${describeRow(row)}`);
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      failures.push({ benchmark: name, failure });
      console.error(`\n${name}: could not be measured: ${failure}`);
    }
  }
  if (values.json) {
    const judged = rows.map((row) => ({ ...row, met: meetsAim(row) }));
    console.log(JSON.stringify({ machine: describeMachine(), rows: judged, failures }, undefined, 2));
  }
  if (failures.length > 0) process.exitCode = 1;
}

/** Runs a benchmark to its end or to the limit of time; either way, nothing of it is left. */
async function limited(name: string, run: Benchmark["run"]): Promise<Row[]> {
  const workspace = new Workspace((text) => progress(`${name}: ${text}`));
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(new Error(`it took longer than ${limitMs / 1_000} s`)), limitMs);
  const running = run(workspace);
  // Of a benchmark that was cut off, what fails afterwards is only its programs' end.
  running.catch(() => undefined);
  try {
    return await Promise.race([running, limit.promise]);
  } finally {
    clearTimeout(timer);
    await workspace.close();
    progress("");
  }
}

/** One line that is written over on a terminal, and nothing elsewhere. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function describeMachine(): string {
  const [load = 0] = loadavg();
  return `${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"}), load ${load.toFixed(1)}, Node ${process.versions.node}`;
}

await main();
