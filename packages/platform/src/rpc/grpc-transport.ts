// oxlint-disable-next-line no-restricted-imports -- Calls between our own services, at addresses that the operator has set.
import { connect, type Socket } from "node:net";
import type { Interceptor, Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import type { Secret } from "../secret.ts";
import { brokenConnections } from "./broken-connections.ts";
import { sendCredential } from "./credential.ts";
import { inTime } from "./connect-in-time.ts";
import { timeoutOf } from "./deadline.ts";
import { createGrpcUnary } from "./grpc-unary.ts";
import { maxMessageBytes } from "./request-listener.ts";
import { connectTls } from "./tls-connect.ts";
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

/** Calls another process by gRPC over HTTP/2. What carries it is nobody's business outside this folder. */
export function createRpcTransport(options: RpcTransportOptions): RpcTransport {
  // Node's own limit of 10 MB for what waits to be sent would refuse the larger messages, and calls beside them.
  const limits = { maxSessionMemory: 256 };
  const { tls, serverName } = options;
  const isEncrypted = new URL(options.url).protocol === "https:";
  const createConnection = (authority: URL) =>
    isEncrypted ? inTime(connectTls(authority, { tls, serverName }), "secureConnect") : inTime(connectPlain(authority), "connect");
  const session = new Http2SessionManager(
    options.url,
    // A process that is frozen keeps its connections: whoever waits for it learns by this that it is to ask elsewhere.
    { pingIntervalMs: 5_000, pingTimeoutMs: 5_000 },
    { ...limits, createConnection },
  );
  const credential = options.token === undefined ? [] : [sendCredential(options.token)];
  const interceptors = [...(options.interceptors ?? []), ...credential, brokenConnections];
  const streams = createGrpcTransport({
    baseUrl: options.url,
    sessionManager: session,
    interceptors,
    readMaxBytes: maxMessageBytes,
    writeMaxBytes: maxMessageBytes,
    acceptCompression: [],
  });
  /* oxlint-disable max-params -- connect's interface has six. */
  return {
    unary: createGrpcUnary({ url: options.url, session, interceptors }),
    stream: async (method, signal, timeoutMs, header, input, contextValues) =>
      streams.stream(method, signal, timeoutOf(method, timeoutMs), header, input, contextValues),
    close: () => session.abort(),
  };
}

function connectPlain({ hostname, port }: URL): Socket {
  return connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) });
}
