import { Code, ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import type { Secret } from "../secret.ts";
import { sendCredential } from "./credential.ts";
import { timeoutOf } from "./deadline.ts";
import { maxMessageBytes } from "./request-listener.ts";
import { connectTls, isHandshakeFailure } from "./tls-connect.ts";
import type { RpcTls } from "./tls.ts";

export interface RpcTransportOptions {
  /** Where the other process listens, such as http://127.0.0.1:3001; `https:` means TLS. */
  url: string;
  token?: Secret | undefined;
  /** For `https:`: whom to trust, and the certificate to show. Default: the authorities that Node knows, and none. */
  tls?: RpcTls | undefined;
  /** For `https:`: the name that the certificate must bear. Default: the address's own. */
  serverName?: string | undefined;
  /** Around every call, outermost first. */
  interceptors?: readonly Interceptor[];
}

/** A transport with a connection of its own, opened on the first call and again after a break. */
export interface RpcTransport extends Transport {
  /** Cuts the connection and the calls on it. Idempotent. */
  close(): void;
}

/** Calls another process by gRPC over HTTP/2. Which library carries it is nobody's business outside this file. */
export function createRpcTransport(options: RpcTransportOptions): RpcTransport {
  // Node's own limit of 10 MB for what waits to be sent would refuse the larger messages, and calls beside them.
  const limits = { maxSessionMemory: 256 };
  const { tls, serverName } = options;
  const isEncrypted = new URL(options.url).protocol === "https:";
  const encrypted = { createConnection: (authority: URL) => connectTls(authority, { tls, serverName }) };
  const session = new Http2SessionManager(
    options.url,
    { pingIntervalMs: 30_000, pingTimeoutMs: 10_000 },
    { ...limits, ...(isEncrypted && encrypted) },
  );
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
  const causes = causesOf(error);
  const handshake = causes.find(isHandshakeFailure);
  if (isOurs || !(breakCodes.has(error.code) || causes.some(isRefusedStream) || handshake !== undefined)) return error;
  const message = handshake === undefined ? "the service cannot be reached" : untrusted(handshake);
  const broken = new ConnectError(message, Code.Unavailable, undefined, undefined, error);
  breaks.set(broken, {
    untrusted: handshake !== undefined,
    neverSent: handshake !== undefined || causes.some((cause) => isRefusedStream(cause) || neverBegan(cause)),
  });
  return broken;
}

function untrusted(handshake: Error): string {
  const code = "code" in handshake ? ` (${String(handshake.code)})` : "";
  return `no trusted TLS connection to the service could be made: ${handshake.message}${code}`;
}

const breaks = new WeakMap<object, { neverSent: boolean; untrusted: boolean }>();

/** Whether a call failed because its connection could not be made or broke, and not by an answer. */
export function isLocalBreak(error: unknown): boolean {
  return error instanceof ConnectError && breaks.has(error);
}

/** Whether a call failed because no TLS connection could be made that is trusted; the message says why. */
export function isUntrusted(error: unknown): boolean {
  return error instanceof ConnectError && breaks.get(error)?.untrusted === true;
}

/** Whether it is certain that no handler has seen the request of a call that failed. */
export function wasNeverSent(error: unknown): boolean {
  return error instanceof ConnectError && breaks.get(error)?.neverSent === true;
}

function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let cause = error; cause instanceof Error && !causes.includes(cause); cause = cause.cause) causes.push(cause);
  return causes;
}

/** The server said that it does not take up the request: connect-node has two ways of telling. */
function isRefusedStream({ message }: Error): boolean {
  return message.includes("REFUSED_STREAM");
}

/** There was no connection to send the request over. */
function neverBegan(cause: Error): boolean {
  return "code" in cause && neverSentCodes.has(String(cause.code));
}

const neverSentCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ERR_HTTP2_GOAWAY_SESSION",
]);

/** What connect-node makes of a refused, reset or closed connection. */
const breakCodes: ReadonlySet<Code> = new Set([Code.Aborted, Code.Canceled, Code.Unavailable]);
