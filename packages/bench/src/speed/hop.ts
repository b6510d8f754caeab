import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { createClient, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { Client, credentials } from "@grpc/grpc-js";
import { retrieval } from "@parlance/contracts";
import { createRpcTransport } from "@parlance/platform";
import { workAtOnce, type Series } from "./at-once.ts";
import { Child } from "./child.ts";
import type { Row } from "./report.ts";
import { median, medianRatio, measurePairs } from "./statistics.ts";
import type { Workspace } from "./workspace.ts";

const pairs = 6;
const calls = 3_000;
const inFlight = 16;
const { search } = retrieval.RetrievalService.method;
const question = { chatbotId: "0123456789abcdef01234567", query: "How long does a parcel to the islands take?", limit: 5 };

type Call = () => Promise<unknown>;

/**
 * The hop between two processes: a search whose answer of five passages is ready, called by our transport, by connect-node's and by grpc-js,
 * all over HTTP/2 to the same server. What a caller pays is the CPU time of this process.
 */
export async function benchHop(workspace: Workspace): Promise<Row[]> {
  const server = new Child(new URL("./hop-worker.ts", import.meta.url));
  workspace.atEnd(() => server.stop());
  const { url } = await server.ready<{ url: string }>();
  const ours = createRpcTransport({ url });
  workspace.atEnd(async () => ours.close());
  const plain = new Client(new URL(url).host, credentials.createInsecure());
  workspace.atEnd(async () => plain.close());
  const oursCall = callOver(ours);
  const rows: Row[] = [];
  for (const [name, reference] of [
    ["connect-node's transport", callOver(createGrpcTransport({ baseUrl: url }))],
    ["grpc-js", callByGrpcJs(plain)],
  ] as const) {
    workspace.progress(name);
    for (const call of [oursCall, reference]) await rounds(call);
    const measured = await measurePairs(pairs, { ours: () => rounds(oursCall), reference: () => rounds(reference) });
    rows.push({
      benchmark: "hop",
      name: `a unary call to another process, ${inFlight} under way, beside ${name}`,
      result: { value: medianRatio(measured, ({ rate }) => rate), of: "of the rate of the reference" },
      ours: figuresOf(measured.ours),
      reference: { name, figures: figuresOf(measured.reference) },
    });
  }
  return rows;
}

function callOver(transport: Transport): Call {
  const client = createClient(retrieval.RetrievalService, transport);
  return () => client.search(question);
}

function callByGrpcJs(client: Client): Call {
  const path = `/${retrieval.RetrievalService.typeName}/${search.name}`;
  const encode = (message: MessageInitShape<typeof search.input>) =>
    Buffer.from(toBinary(search.input, create(search.input, message)));
  const decode = (bytes: Buffer) => fromBinary(search.output, bytes);
  return () =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, encode, decode, question, (error, reply) => (error === null ? resolve(reply) : reject(error)));
    });
}

function rounds(call: Call): Promise<Series> {
  return workAtOnce({ operations: calls, atOnce: inFlight }, call);
}

function figuresOf(measured: readonly Series[]) {
  return {
    "calls per second": median(measured.map(({ rate }) => rate)),
    "CPU µs of the caller each": median(measured.map(({ cpuMicros }) => cpuMicros)),
  };
}
