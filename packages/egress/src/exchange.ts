import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { Client } from "undici";
import { toEgressError } from "./broken-exchange.ts";

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

const maxHeaderBytes = 16 * 1024;

/**
 * One request and its answer over a connection that serves nothing else: a kept one could be closed by the other side just as the next
 * request is written, and that request could not be told from one that was acted on.
 * @throws EgressError; the signal's reason when it aborts
 */
export async function exchange(socket: Socket, request: ExchangeRequest, signal: AbortSignal): Promise<Exchange> {
  const client = new Client(request.url.origin, {
    connect: (_options, done) => queueMicrotask(() => done(null, socket)),
    allowH2: false,
    maxHeaderSize: maxHeaderBytes,
    // Time is kept by the signal, which knows all phases.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const close = () => {
    socket.destroy();
    client.destroy().catch(() => {});
  };
  try {
    const answer = await client.request({
      path: request.url.pathname + request.url.search,
      method: request.method,
      headers: [...request.headers].flat(),
      body: request.body ?? null,
      signal,
    });
    return { status: answer.statusCode, headers: readHeaders(answer.headers), body: answer.body, close };
  } catch (error) {
    close();
    signal.throwIfAborted();
    throw toEgressError(error);
  }
}

/** Header lines that cannot stand in HTTP are left out. */
function readHeaders(raw: unknown): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw as Record<string, string | string[] | undefined>)) {
    for (const line of [value ?? []].flat()) append(headers, name, line);
  }
  return headers;
}

function append(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, value);
  } catch {
    // The parser lets through what the standard does not.
  }
}
