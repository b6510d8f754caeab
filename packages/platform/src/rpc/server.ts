import { createServer as createHttp1Server, type Server as Http1Server } from "node:http";
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { HandlerContext, Interceptor } from "@connectrpc/connect";
import { health } from "@parlance/contracts";
import { AppError } from "../app-error.ts";
import { toConnectError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import { requireCredential } from "./credential.ts";
import type { Routes } from "./implementations.ts";
import { createRequestListener, type RequestListener } from "./request-listener.ts";
import { sniffHttpVersion } from "./sniff.ts";

export interface RpcServerOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  routes: Routes;
  /** Around every handler, outermost first. */
  interceptors?: readonly Interceptor[];
  /** Tells running handlers to stop: they see SERVICE_UNAVAILABLE as the reason. */
  shutdownSignal?: AbortSignal;
  /** When set, every call but a health check must carry it. */
  token?: Secret | undefined;
  /** Milliseconds. */
  limits?: Partial<RpcServerLimits>;
}

export interface RpcServerLimits {
  /** Until the first byte of a connection, and until the last of an HTTP/1 request's headers. Default: 10 s. */
  headersMs: number;
  /** Silence after which an HTTP/2 connection is pinged. Default: 60 s. */
  pingAfterMs: number;
  /** Until that ping is answered, or the connection is cut. Default: 10 s. */
  pingTimeoutMs: number;
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

const defaultLimits: RpcServerLimits = { headersMs: 10_000, pingAfterMs: 60_000, pingTimeoutMs: 10_000, closeMs: 5_000 };

/** What a caller may send before it is told to go on: with HTTP/2's own 64 KiB a request of 10 MiB takes 160 turns. */
const windowBytes = 1024 * 1024;

type RunningResponse = Parameters<RequestListener>[1];

const healthPath = `/${health.Health.typeName}/`;

/**
 * Opens one plain TCP port that speaks gRPC, gRPC-Web and Connect, over HTTP/1.1 and HTTP/2 alike.
 * @throws the system's error when the port cannot be opened
 */
export async function listenRpc(options: RpcServerOptions): Promise<RpcServer> {
  const limits = { ...defaultLimits, ...options.limits };
  const listener = createRequestListener({
    routes: options.routes,
    interceptors: options.interceptors ?? [],
    shutdownSignal: stopping(options.shutdownSignal),
    admit: options.token === undefined ? (_context: HandlerContext) => undefined : requireCredential(options.token),
  });
  const running = new Set<RunningResponse>();
  const listen: RequestListener = (request, response) => {
    if (request.url?.startsWith(healthPath) !== true) {
      running.add(response);
      response.once("close", () => running.delete(response));
    }
    listener(request, response);
  };
  const http2 = createHttp2Server(
    { settings: { maxConcurrentStreams: 1_000, initialWindowSize: windowBytes }, maxSessionMemory: 256 },
    listen,
  );
  // The HTTP/1 server owns the port, so that its limits on slow requests hold; half of its connections it never sees.
  const http1 = createHttp1Server(
    { headersTimeout: limits.headersMs, requestTimeout: 0, connectionsCheckingInterval: 1_000 },
    listen,
  );
  const connections = shareConnections(http1, http2, limits);
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
    address: { host, port, url: `http://${host.includes(":") ? `[${host}]` : host}:${port}` },
    drain: (timeoutMs) => drain(http1, { ...connections, running }, timeoutMs),
    close: () => (closing ??= close(http1, connections, limits.closeMs)),
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

interface Connections {
  readonly sockets: ReadonlySet<Socket>;
  /** Connections that have not sent a byte yet. */
  readonly silent: ReadonlySet<Socket>;
  readonly sessions: ReadonlySet<ServerHttp2Session>;
}

function shareConnections(http1: Http1Server, http2: Http2Server, limits: RpcServerLimits): Connections {
  const sockets = new Set<Socket>();
  const silent = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  const [onHttp1] = http1.listeners("connection") as ((this: Http1Server, socket: Socket) => void)[];
  http1.removeAllListeners("connection");
  http1.on("connection", (socket) => {
    sockets.add(socket);
    silent.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      silent.delete(socket);
    });
    sniffHttpVersion(socket, {
      firstByteMs: limits.headersMs,
      onKnown: (version) => {
        silent.delete(socket);
        if (version === "1") onHttp1?.call(http1, socket);
        else http2.emit("connection", socket);
      },
    });
  });
  http2.on("session", (session) => {
    sessions.add(session);
    session.setLocalWindowSize(4 * windowBytes);
    session.once("close", () => sessions.delete(session));
    session.setTimeout(limits.pingAfterMs, () => pingOrDestroy(session, limits.pingTimeoutMs));
  });
  return { sockets, silent, sessions };
}

/** A peer that vanished without a word would otherwise hold its connection for hours. */
function pingOrDestroy(session: ServerHttp2Session, timeoutMs: number): void {
  const timer = setTimeout(() => session.destroy(), timeoutMs);
  session.once("close", () => clearTimeout(timer));
  if (!session.destroyed) session.ping(() => clearTimeout(timer));
}

/** A session that is closed lets its streams end and refuses new ones in a way that tells their callers to try elsewhere. */
async function drain(
  http1: Http1Server,
  { silent, sessions, running }: Connections & { running: ReadonlySet<RunningResponse> },
  timeoutMs: number,
): Promise<void> {
  if (http1.listening) http1.close();
  for (const socket of silent) socket.destroy();
  for (const session of sessions) session.close();
  const deadline = performance.now() + timeoutMs;
  while (running.size > 0 && performance.now() < deadline) {
    http1.closeIdleConnections();
    await sleep(20);
  }
}

async function close(http1: Http1Server, { sockets, silent, sessions }: Connections, closeMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => http1.close(() => resolve()));
  for (const socket of silent) socket.destroy();
  for (const session of sessions) session.close();
  // A connection kept alive becomes idle only after its last answer.
  const sweep = setInterval(() => http1.closeIdleConnections(), 20);
  const cut = setTimeout(() => {
    for (const session of sessions) session.destroy();
    for (const socket of sockets) socket.destroy();
  }, closeMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
