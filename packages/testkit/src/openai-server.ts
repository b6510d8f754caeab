import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the next requests suffer, one fault each, in the order in which they were given. */
export type OpenAiFault =
  | { kind: "status"; status: number; body?: unknown }
  /** Takes the request and never says a word. */
  | { kind: "hang" }
  /** Embeddings come when the promise is fulfilled. */
  | { kind: "held"; until: Promise<void> }
  | { kind: "hang-after-first-token" }
  /** Cuts the connection without an answer. */
  | { kind: "reset" }
  | { kind: "reset-mid-stream" }
  /** Ends the stream properly, but before the answer is complete. */
  | { kind: "end-early" }
  /** An error object in the stream instead of the next token. */
  | { kind: "error-mid-stream" }
  | { kind: "empty" }
  /** Waits before each token. */
  | { kind: "slow"; delayMs: number }
  /** Closes the stream a moment after its last event, as many servers do. */
  | { kind: "late-end" }
  /** Says that it has sent the last event, and gives no reason why it is the last. */
  | { kind: "no-reason" };

export interface RecordedRequest {
  path: string;
  authorization: string | undefined;
  body: { model?: string; messages?: { role: string; content: string }[]; input?: string[]; [field: string]: unknown };
  /** Settles when the answer is complete or the client went away. */
  ended: Promise<"answered" | "disconnected">;
}

export interface OpenAiServerOptions {
  /** Tokens of the answer to a chat. Default: a fixed sentence of six tokens. */
  reply?: (request: RecordedRequest["body"]) => string[];
  /** Numbers in an embedding. Default 64. */
  dimension?: number;
  /** `asked` gives what the request asks for; the others do what some servers do whatever was asked. */
  encoding?: "asked" | "float" | "base64";
}

export interface OpenAiServer {
  /** To be given as the base URL. */
  baseUrl: string;
  requests: RecordedRequest[];
  /** That were opened so far. */
  readonly connections: number;
  failNext(...faults: OpenAiFault[]): void;
  /** Waits until so many requests have come in all. */
  received(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server on a free port that speaks OpenAI's chat completions (streamed) and embeddings, with faults to order. */
export async function startOpenAiServer(options: OpenAiServerOptions = {}): Promise<OpenAiServer> {
  const requests: RecordedRequest[] = [];
  const faults: OpenAiFault[] = [];
  const arrivals = new EventTarget();
  const server = createServer((request, response) => {
    void record(request, response).then((recorded) => {
      requests.push(recorded);
      arrivals.dispatchEvent(new Event("request"));
      return respond({ recorded, response, fault: faults.shift(), options });
    });
  });
  let connections = 0;
  server.on("connection", () => connections++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    get connections() {
      return connections;
    },
    failNext: (...next) => void faults.push(...next),
    received: async (count) => {
      while (requests.length < count) {
        await once(arrivals, "request");
      }
    },
    close: () => stop(server),
  };
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

async function record(request: IncomingMessage, response: ServerResponse): Promise<RecordedRequest> {
  const parts: Buffer[] = [];
  for await (const part of request) {
    parts.push(part as Buffer);
  }
  const ended = once(response, "close").then(() => (response.writableFinished ? "answered" : "disconnected"));
  const body = JSON.parse(Buffer.concat(parts).toString("utf8")) as RecordedRequest["body"];
  return { path: request.url ?? "", authorization: request.headers.authorization, body, ended };
}

interface Exchange {
  recorded: RecordedRequest;
  response: ServerResponse;
  fault: OpenAiFault | undefined;
  options: OpenAiServerOptions;
}

async function respond(exchange: Exchange): Promise<void> {
  const { recorded, response, fault } = exchange;
  if (fault?.kind === "hang") {
    return;
  }
  if (fault?.kind === "reset") {
    response.destroy();
  } else if (fault?.kind === "status") {
    sendJson(response, fault.status, fault.body ?? { error: { message: `status ${fault.status}` } });
  } else if (recorded.path.endsWith("/embeddings")) {
    if (fault?.kind === "held") await fault.until;
    sendJson(response, 200, embeddings(recorded.body, exchange.options));
  } else if (recorded.path.endsWith("/chat/completions")) {
    await streamChat(exchange);
  } else {
    sendJson(response, 404, { error: { message: "no such path" } });
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function streamChat({ recorded, response, fault, options }: Exchange): Promise<void> {
  const tokens = options.reply?.(recorded.body) ?? ["The", " answer", " is", " in", " the", " handbook."];
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (data: unknown): void => void response.write(`data: ${JSON.stringify(data)}\n\n`);
  send(chunk({ role: "assistant", content: "" }));
  for (const [index, content] of (fault?.kind === "empty" ? [] : tokens).entries()) {
    if (index === 1 && breaksOff(fault, response, send)) {
      return;
    }
    if (fault?.kind === "slow") {
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    }
    send(chunk({ content }));
  }
  if (fault?.kind !== "no-reason") send(chunk({}, "stop"));
  response.write("data: [DONE]\n\n");
  if (fault?.kind === "late-end") await new Promise((resolve) => setTimeout(resolve, 5));
  response.end();
}

/** What a fault does after the first token; true when nothing follows. */
function breaksOff(fault: OpenAiFault | undefined, response: ServerResponse, send: (data: unknown) => void): boolean {
  const kind = fault?.kind;
  if (kind === "reset-mid-stream") {
    // What was written still arrives; a destroyed connection could take it along.
    response.socket?.destroySoon();
  } else if (kind === "error-mid-stream") {
    send({ error: { message: "the engine fell over", type: "server_error" } });
    response.end();
  } else if (kind === "end-early") {
    response.end();
  } else {
    return kind === "hang-after-first-token";
  }
  return true;
}

function chunk(delta: object, finishReason: string | null = null): object {
  return { id: "chatcmpl-1", object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finishReason }] };
}

function embeddings(body: RecordedRequest["body"], options: OpenAiServerOptions): object {
  const { dimension = 64, encoding = "asked" } = options;
  const base64 = encoding === "base64" || (encoding === "asked" && body["encoding_format"] === "base64");
  const data = (body.input ?? []).map((text, index) => {
    const vector = wordVector(text, dimension);
    const embedding = base64 ? Buffer.from(vector.buffer).toString("base64") : [...vector];
    return { object: "embedding", index, embedding };
  });
  // Out of order on purpose: only `index` says which text a vector belongs to.
  return { object: "list", model: body.model, data: data.reverse() };
}

/** Counts each word at a place that its letters give: texts with the same words are near. Not of length one, as some servers answer. */
function wordVector(text: string, dimension: number): Float32Array<ArrayBuffer> {
  const vector = new Float32Array(dimension);
  for (const word of text.toLowerCase().split(/[^\p{L}\p{N}]+/u)) {
    let place = 7;
    for (const letter of word) {
      place = (place * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
    }
    vector[place % dimension] = (vector[place % dimension] ?? 0) + 1;
  }
  return vector;
}
