import { request as requestHttp, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { toEgressError } from "./broken-exchange.ts";
import { EgressError } from "./egress-error.ts";

export interface Exchange {
  status: number;
  headers: Headers;
  /** As it came over the wire. */
  body: Readable;
  /** Ends the connection, at once. */
  close(): void;
}

export interface ExchangeRequest {
  url: URL;
  method: string;
  headers: Headers;
  body: string | Uint8Array | undefined;
}

const maxHeaderBytes = 64 * 1024;

/**
 * One request and its answer over a connection that serves nothing else: a kept one could be closed by the other side just as the next
 * request is written, and that request could not be told from one that was acted on.
 * @throws EgressError; the signal's reason when it aborts
 */
export async function exchange(
  socket: Socket,
  { url, method, headers, body }: ExchangeRequest,
  signal: AbortSignal,
): Promise<Exchange> {
  const close = () => void socket.destroy();
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  try {
    const request = requestHttp({
      createConnection: () => socket,
      host: url.hostname,
      port: url.port,
      path: url.pathname + url.search,
      method,
      headers: { ...Object.fromEntries(headers), host: url.host, connection: "close" },
      maxHeaderSize: maxHeaderBytes,
      // Servers of old end lines, fold headers and count bodies in ways that browsers take. Nothing follows an answer on its connection, so
      // that none can be read for another.
      insecureHTTPParser: true,
      signal,
    });
    request.on("error", reject).once("response", (answer) => {
      // What is wrong with the rest of it is said of the request, and kept for whoever reads. What comes after its end is nothing of it.
      answer.on("error", () => {});
      request.on("error", (error) => !answer.complete && answer.destroy(error));
      resolve(answer);
    });
    // An answer that changes the protocol, which nobody asked for, ends the request without an answer and without an error.
    request.once("close", () => reject(new EgressError("protocol", "The answer is not valid HTTP")));
    // Beside a string, Node would write the head in its charset, too.
    request.end(typeof body === "string" ? Buffer.from(body) : body);
    const answer = await promise;
    return { status: answer.statusCode ?? 0, headers: readHeaders(answer.rawHeaders), body: answer, close };
  } catch (error) {
    close();
    signal.throwIfAborted();
    throw toEgressError(error);
  }
}

/** Header lines that cannot stand in HTTP are left out. */
function readHeaders(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let i = 0; i + 1 < raw.length; i += 2) append(headers, raw[i] ?? "", raw[i + 1] ?? "");
  return headers;
}

function append(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, value);
  } catch {
    // The parser lets through what the standard does not.
  }
}
