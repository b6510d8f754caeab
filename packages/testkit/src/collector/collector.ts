import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { readSpans, type CollectedSpan } from "./read-spans.ts";

export interface CollectorOptions {
  /** What it does with a batch: takes it, never says a word, or refuses it with a status. Default: takes it. */
  answer?: "take" | "hang" | number;
}

/** Takes traces by OTLP over HTTP, as the collector of any OpenTelemetry backend does, on a free port of the loopback address. */
export interface Collector extends AsyncDisposable {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string;
  /** Everything taken so far. */
  spans: readonly CollectedSpan[];
  /** Everything that was sent, byte for byte, in one text. */
  raw(): string;
  /** Headers of each request. */
  requests: readonly IncomingMessage["headers"][];
}

export async function startCollector({ answer = "take" }: CollectorOptions = {}): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const bodies: Buffer[] = [];
  const requests: IncomingMessage["headers"][] = [];
  const take = async (request: IncomingMessage): Promise<number | undefined> => {
    const body = await collect(request);
    requests.push(request.headers);
    if (answer === "hang") return undefined;
    if (answer !== "take") return answer;
    if (request.url !== "/v1/traces" || request.headers["content-type"] !== "application/x-protobuf") return 400;
    bodies.push(body);
    spans.push(...readSpans(body));
    return 200;
  };
  const server = createServer((request, response) => {
    void take(request).then((status) => status !== undefined && response.writeHead(status).end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    raw: () => Buffer.concat(bodies).toString(),
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function collect(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
}
