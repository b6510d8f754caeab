import { Code, ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import type { Secret } from "../secret.ts";
import { sendCredential } from "./credential.ts";
import { timeoutOf } from "./deadline.ts";
import { maxMessageBytes } from "./request-listener.ts";

export interface RpcTransportOptions {
  /** Where the other process listens, such as http://127.0.0.1:3001. */
  url: string;
  token?: Secret | undefined;
  /** Around every call, outermost first. */
  interceptors?: readonly Interceptor[];
}

/** A transport with a connection of its own, opened on the first call and again after a break. */
export interface RpcTransport extends Transport {
  /** Cuts the connection and the calls on it. Idempotent. */
  close(): void;
}

/** Calls another process by gRPC over HTTP/2 without TLS. Which library carries it is nobody's business outside this file. */
export function createRpcTransport(options: RpcTransportOptions): RpcTransport {
  const session = new Http2SessionManager(options.url, { pingIntervalMs: 30_000, pingTimeoutMs: 10_000 });
  const credential = options.token === undefined ? [] : [sendCredential(options.token)];
  const transport = createGrpcTransport({
    baseUrl: options.url,
    sessionManager: session,
    interceptors: [...(options.interceptors ?? []), ...credential, brokenConnections],
    readMaxBytes: maxMessageBytes,
    writeMaxBytes: maxMessageBytes,
  });
  /* oxlint-disable max-params -- connect's interface has six. */
  return {
    unary: async (method, signal, timeoutMs, header, input, contextValues) =>
      transport.unary(method, signal, timeoutOf(method, timeoutMs), header, input, contextValues),
    stream: async (method, signal, timeoutMs, header, input, contextValues) =>
      transport.stream(method, signal, timeoutOf(method, timeoutMs), header, input, contextValues),
    close: () => session.abort(),
  };
}

/** A connection that cannot be made or breaks is UNAVAILABLE, whatever code the library finds for the system's error. */
const brokenConnections: Interceptor = (next) => async (request) => {
  try {
    const response = await next(request);
    return response.stream ? { ...response, message: translateBreaks(response.message, request.signal) } : response;
  } catch (error) {
    throw translateBreak(error, request.signal);
  }
};

async function* translateBreaks<T>(messages: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (error) {
    throw translateBreak(error, signal);
  }
}

function translateBreak(error: unknown, signal: AbortSignal): unknown {
  const isOurs = !(error instanceof ConnectError) || error.isWireError || signal.aborted;
  if (isOurs || !breakCodes.has(error.code)) return error;
  return new ConnectError("the service cannot be reached", Code.Unavailable, undefined, undefined, error);
}

/** What connect-node makes of a refused, reset or closed connection. */
const breakCodes: ReadonlySet<Code> = new Set([Code.Aborted, Code.Canceled, Code.Unavailable]);
