import { createServer as createHttp1Server, type Server as Http1Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { HandlerContext, Interceptor } from "@connectrpc/connect";
import { health } from "@parlance/contracts";
import { AppError } from "../app-error.ts";
import { toConnectError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import { shareConnections, windowBytes, type ConnectionLimits, type Connections } from "./connections.ts";
import { requireCredential } from "./credential.ts";
import type { Routes } from "./implementations.ts";
import { createRequestListener, type RequestListener } from "./request-listener.ts";
import type { RpcTls } from "./tls.ts";

export interface RpcServerOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  routes: Routes;
  /** Around every handler, outermost first. */
  interceptors?: readonly Interceptor[];
  /** Tells running handlers to stop: they see SERVICE_UNAVAILABLE as the reason. */
  shutdownSignal?: AbortSignal;
  /** True: the server tells what it serves by grpc.reflection. */
  reflection?: boolean;
  /** When set, every call but a health check must carry it. */
  token?: Secret | undefined;
  /** When it has a certificate, the port speaks TLS, and nothing else but health checks. */
  tls?: RpcTls | undefined;
  /** Milliseconds. */
  limits?: Partial<RpcServerLimits>;
}

export interface RpcServerLimits extends ConnectionLimits {
  /** How long `close` waits for running calls. Default: 5 s. */
  closeMs: number;
}

export interface RpcServer {
  readonly address: { host: string; port: number; url: string };
  /** Takes no new connection, sends callers elsewhere, and resolves when no call runs but health watches, or after that many milliseconds. */
  drain(timeoutMs: number): Promise<void>;
  /** Takes no new call, lets running ones end, cuts off what is left after `closeMs`. Idempotent. */
  close(): Promise<void>;
}

/** How many calls a connection carries at a time. */
const maxConcurrentStreams = 1_000;

/** A constant of its own, since the types of Node do not know all of them. */
const http2Options = {
  settings: { maxConcurrentStreams, initialWindowSize: windowBytes },
  // A call whose deadline passes is reset. Of Node's own 33 a second, a caller whose calls are all late would lose its connection, with all others.
  streamResetBurst: 10 * maxConcurrentStreams,
  streamResetRate: maxConcurrentStreams,
  // Node forgets a stream somewhat later than its caller, who may fill the connection again at once and is refused what is too much; not all.
  maxSessionRejectedStreams: maxConcurrentStreams,
  maxSessionMemory: 256,
};

const defaultLimits: RpcServerLimits = { headersMs: 10_000, pingAfterMs: 60_000, pingTimeoutMs: 10_000, closeMs: 5_000 };

type RunningResponse = Parameters<RequestListener>[1];

const healthPath = `/${health.Health.typeName}/`;

/**
 * Opens one port that speaks gRPC, gRPC-Web and Connect, over HTTP/1.1 and HTTP/2 alike.
 * @throws the system's error when the port cannot be opened
 */
export async function listenRpc(options: RpcServerOptions): Promise<RpcServer> {
  const limits = { ...defaultLimits, ...options.limits };
  const http2 = createHttp2Server(http2Options);
  const http1 = createHttp1Server({
    headersTimeout: limits.headersMs,
    requestTimeout: 0,
    connectionsCheckingInterval: 1_000,
    // Finds a caller that vanished, whose health watch would last for ever; over HTTP/2 pings do.
    keepAlive: true,
  });
  const connections = shareConnections({ http1, http2, limits, tls: options.tls });
  const { encryption } = connections;
  const hasCredential = options.token === undefined ? (_context: HandlerContext) => undefined : requireCredential(options.token);
  const listener = createRequestListener({
    routes: options.routes,
    reflection: options.reflection ?? false,
    interceptors: options.interceptors ?? [],
    shutdownSignal: stopping(options.shutdownSignal),
    admit: (context) => {
      encryption?.admit(context);
      hasCredential(context);
    },
    ...(encryption !== undefined && { describe: (request) => encryption.describe(request) }),
  });
  const running = new Set<RunningResponse>();
  const listen: RequestListener = (request, response) => {
    if (request.url?.startsWith(healthPath) !== true) {
      running.add(response);
      response.once("close", () => running.delete(response));
    }
    listener(request, response);
  };
  http1.on("request", listen);
  http2.on("request", listen);
  await new Promise<void>((resolve, reject) => {
    http1.once("error", reject);
    http1.listen(options.port, options.host, () => {
      http1.off("error", reject);
      resolve();
    });
  });
  const { port } = http1.address() as AddressInfo;
  const host = options.host;
  let closing: Promise<void> | undefined;
  return {
    address: {
      host,
      port,
      url: `${encryption === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}`,
    },
    drain: (timeoutMs) => drain({ http1, connections, running }, timeoutMs),
    close: () => (closing ??= connections.close(limits.closeMs)),
  };
}

/** Handlers are to say that the process stops, not that their caller gave up. */
function stopping(shutdownSignal: AbortSignal | undefined): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort(toConnectError(new AppError("SERVICE_UNAVAILABLE")));
  if (shutdownSignal?.aborted === true) stop();
  else shutdownSignal?.addEventListener("abort", stop, { once: true });
  return controller.signal;
}

/** Resolves when no call runs but health watches, or after that many milliseconds. */
async function drain(
  { http1, connections, running }: { http1: Http1Server; connections: Connections; running: ReadonlySet<RunningResponse> },
  timeoutMs: number,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  await connections.leave();
  while (running.size > 0 && performance.now() < deadline) {
    http1.closeIdleConnections();
    await sleep(20);
  }
}
