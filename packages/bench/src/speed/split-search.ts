import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "@connectrpc/connect";
import { retrieval } from "@parlance/contracts";
import { callOptions, createRpcTransport, Secret } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import type { Child } from "./child.ts";
import type { Row } from "./report.ts";
import { bytesOf, replay, type Bodies } from "./replay.ts";
import { median, percentile, timed } from "./statistics.ts";
import type { Workspace } from "./workspace.ts";

const chunks = 20_000;
const questions = 150;
/** How often all are asked before it is measured: code is compiled for good after some hundred searches. */
const warmUpRounds = 5;

/**
 * A search through the retrieval service against the same bodies sent straight to Elasticsearch one after the other, as the service must.
 * A recording server between the two learns the bodies first and is not there when it is measured. What embedding a question takes is
 * measured beside it and not counted.
 */
export async function benchSplitSearch(workspace: Workspace): Promise<Row[]> {
  const [mongodb, elasticsearch] = await Promise.all([workspace.engine("MongoDB"), workspace.engine("Elasticsearch")]);
  const address = new URL(elasticsearch.url.replace("elasticsearch+", ""));
  const recorder = await startRecorder(workspace, address);
  const model = await workspace.model({ dimension: 384 });
  const open = (search: string) =>
    workspace.parlance({
      PARLANCE_DOCUMENTS_URL: mongodb.url,
      PARLANCE_SEARCH_URL: search,
      PARLANCE_EMBEDDINGS_URL: model.baseUrl,
      PARLANCE_EMBEDDINGS_DIMENSION: "384",
      PARLANCE_RETRIEVAL_CACHE_ENTRIES: "0",
    });
  const recorded = await open(`elasticsearch+${recorder.url}`);
  workspace.progress(`putting ${chunks} chunks`);
  const chatbotId = "0123456789abcdef01234567";
  const asked = await recorded.child.call<string[]>("fill", { chatbotId, chunks, questions });
  const search = await clientOf(workspace, recorded.child);
  const bodies: Bodies[] = [];
  for (const question of asked) {
    recorder.recorded.length = 0;
    await search(chatbotId, question);
    bodies.push([...recorder.recorded]);
  }
  await recorded.child.stop();
  const least = await workspace.leastSearch({ mongodb: mongodb.url, elasticsearch: address.href });
  await least.child.call("know", { questions: asked, bodies });
  const direct = await open(elasticsearch.url);
  return [await measure(workspace, { child: direct.child, least: least.rpcAddress, chatbotId, asked, bodies, address })];
}

interface Side {
  child: Child;
  /** Where the least that searches listens. */
  least: string;
  chatbotId: string;
  asked: readonly string[];
  bodies: readonly Bodies[];
  address: URL;
}

async function measure(workspace: Workspace, { child, least, chatbotId, asked, bodies, address }: Side): Promise<Row> {
  workspace.progress("searching");
  const search = await clientOf(workspace, child);
  const bare = clientAt(workspace, { rpcAddress: least });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  workspace.atEnd(async () => agent.destroy());
  const ours: number[] = [];
  const raw: number[] = [];
  const smallest: number[] = [];
  let cpuMs = 0;
  for (let round = 0; round <= warmUpRounds; round++) {
    for (const [index, question] of asked.entries()) {
      const before = child.cpuMs;
      const through = await timed(() => search(chatbotId, question));
      const after = child.cpuMs;
      const straight = await timed(() => replay(bodies[index] ?? [], address, agent));
      const passed = await timed(() => bare(chatbotId, question));
      if (round < warmUpRounds) continue;
      ours.push(through.ms);
      raw.push(straight.ms);
      smallest.push(passed.ms);
      cpuMs += after - before;
    }
  }
  const embedding = await child.call<number[]>("embedTimes", { questions: asked });
  const added = median(ours) - median(embedding) - median(raw);
  return {
    benchmark: "split-search",
    name: `a search in ${chunks.toLocaleString("en")} chunks through the retrieval service, Elasticsearch and MongoDB behind it`,
    result: { value: added, of: "ms more at p50 than the same bodies sent straight to Elasticsearch" },
    aim: { atMost: 0.5 },
    ours: {
      "ms at p50": median(ours),
      "ms at p95": percentile(ours, 95),
      "ms of it for embedding": median(embedding),
      "CPU ms of the process each": cpuMs / asked.length,
    },
    reference: {
      name: `${bodies[0]?.length ?? 0} bodies straight to the server`,
      figures: { "ms at p50": median(raw), "ms at p95": percentile(raw, 95) },
    },
    least: {
      name: "a service that reads one document and sends the same bodies, with an answer that is ready",
      value: median(smallest) - median(raw),
    },
  };
}

async function clientOf(workspace: Workspace, child: Child) {
  return clientAt(workspace, await child.ready<{ rpcAddress: string; rpcToken: string; tenant: string }>());
}

function clientAt(workspace: Workspace, { rpcAddress, rpcToken, tenant = "bench" }: Door) {
  const token = rpcToken === undefined ? {} : { token: new Secret(rpcToken) };
  const transport = createRpcTransport({ url: rpcAddress, ...token });
  workspace.atEnd(async () => transport.close());
  const client = createClient(retrieval.RetrievalService, transport);
  return (chatbotId: string, query: string) =>
    client.search({ chatbotId, query, limit: 5 }, callOptions({ tenant: asTenant(tenant) }, { timeoutMs: 30_000 }));
}

interface Door {
  rpcAddress: string;
  rpcToken?: string;
  tenant?: string;
}

/** Passes requests on and keeps those that search. */
async function startRecorder(workspace: Workspace, to: URL): Promise<{ url: string; recorded: Bodies }> {
  const recorded: Bodies = [];
  const server = createServer((incoming, outgoing) => void passOn(incoming, outgoing, { to, recorded }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  workspace.atEnd(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, recorded };
}

async function passOn(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { to, recorded }: { to: URL; recorded: Bodies },
): Promise<void> {
  const body = await bytesOf(incoming);
  const { method = "GET", url: path = "/", headers } = incoming;
  if (/_m?search/.test(path)) recorded.push({ method, path, type: headers["content-type"] ?? "", body });
  const passed = request({ host: to.hostname, port: to.port, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  passed.on("error", () => outgoing.destroy());
  passed.end(body);
}
