import { createServer, request, Agent, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "@connectrpc/connect";
import { retrieval } from "@parlance/contracts";
import { callOptions, createRpcTransport, Secret } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import type { Child } from "./child.ts";
import type { Row } from "./report.ts";
import { median, percentile, timed } from "./statistics.ts";
import type { Workspace } from "./workspace.ts";

const chunks = 20_000;
const questions = 150;

/** What the service asks the server for one question, in its order. */
type Bodies = { method: string; path: string; type: string; body: Buffer }[];

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
  const direct = await open(elasticsearch.url);
  return [await measure(workspace, { child: direct.child, chatbotId, asked, bodies, address })];
}

interface Side {
  child: Child;
  chatbotId: string;
  asked: readonly string[];
  bodies: readonly Bodies[];
  address: URL;
}

async function measure(workspace: Workspace, { child, chatbotId, asked, bodies, address }: Side): Promise<Row> {
  workspace.progress("searching");
  const search = await clientOf(workspace, child);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  workspace.atEnd(async () => agent.destroy());
  const ours: number[] = [];
  const raw: number[] = [];
  let cpuMs = 0;
  for (const round of [0, 1]) {
    for (const [index, question] of asked.entries()) {
      const before = child.cpuMs;
      const through = await timed(() => search(chatbotId, question));
      const after = child.cpuMs;
      const straight = await timed(() => replay(bodies[index] ?? [], address, agent));
      if (round === 0) continue;
      ours.push(through.ms);
      raw.push(straight.ms);
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
  };
}

async function clientOf(workspace: Workspace, child: Child) {
  const { rpcAddress, rpcToken, tenant } = await child.ready<{ rpcAddress: string; rpcToken: string; tenant: string }>();
  const transport = createRpcTransport({ url: rpcAddress, token: new Secret(rpcToken) });
  workspace.atEnd(async () => transport.close());
  const client = createClient(retrieval.RetrievalService, transport);
  return (chatbotId: string, query: string) =>
    client.search({ chatbotId, query, limit: 5 }, callOptions({ tenant: asTenant(tenant) }, { timeoutMs: 30_000 }));
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

async function replay(bodies: Bodies, { hostname, port }: URL, agent: Agent): Promise<void> {
  for (const { method, path, type, body } of bodies) {
    const headers = { "content-type": type, accept: type, "content-length": body.length };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ host: hostname, port, method, path, headers, agent }, resolve).once("error", reject).end(body);
    });
    const text = await bytesOf(answer);
    if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${text.toString().slice(0, 300)}`);
    JSON.parse(text.toString());
  }
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
