import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Express } from "express";
import type { GatewayConfig } from "../config.ts";
import { expressMessages } from "./express-messages.ts";
import { createRefusals } from "./refuse-connection.ts";

/** How many requests are being answered. */
interface Running {
  count: number;
}

export interface HttpServer {
  /** @throws Error that says in one sentence what to do, when the address cannot be used */
  listen: () => Promise<void>;
  /** Base URL of the address it listens on. */
  address: () => string;
  /** Takes no new connections, closes idle ones at once, and waits for running requests, within the limit of the settings. */
  drain: () => Promise<void>;
  /** Ends what still runs. */
  close: () => Promise<void>;
}

/** An HTTP server with the limits of the edge: what Node itself refuses is answered in the contract's envelope, too. */
export function createHttpServer(config: GatewayConfig, app: Express, ready: () => boolean): HttpServer {
  const running: Running = { count: 0 };
  const refusals = createRefusals();
  const serve: RequestListener = (req, res) => {
    refusals.note(res);
    running.count++;
    res.once("close", () => running.count--);
    app(req, res);
  };
  const server = createServer({ ...serverOptions(config), ...expressMessages(app, ready) }, serve);
  server.on("checkExpectation", serve);
  // Who asks first is told to go on when the body is wanted, and not before the request was checked.
  server.on("checkContinue", serve);
  server.on("clientError", refusals.refuse);
  // Node would close without a word.
  server.on("connect", (_req, socket) => refusals.refuse(new Error("this is no proxy"), socket));
  return {
    listen: () => listen(server, config),
    address: () => addressOf(server),
    drain: () => drain(server, running, config.PARLANCE_DRAIN_TIMEOUT_MS),
    close: () => close(server, running),
  };
}

function serverOptions(config: GatewayConfig) {
  return {
    maxHeaderSize: config.PARLANCE_HEADER_LIMIT_BYTES,
    headersTimeout: config.PARLANCE_HEADER_TIMEOUT_MS,
    requestTimeout: Math.max(config.PARLANCE_BODY_TIMEOUT_MS, config.PARLANCE_HEADER_TIMEOUT_MS),
    // Timeouts are noticed no more often than this.
    connectionsCheckingInterval: Math.max(50, Math.min(1_000, config.PARLANCE_HEADER_TIMEOUT_MS / 4)),
    // A header that must be unique and comes twice is then seen as two values joined, and refused by the check of its form.
    joinDuplicateHeaders: true,
    // Node would answer with an empty body; `admit` answers in the envelope.
    requireHostHeader: false,
    // Longer than the idle time of common load balancers, so that they and not we end a connection.
    keepAliveTimeout: 75_000,
  };
}

function listen(server: Server, { PARLANCE_HOST: host, PARLANCE_PORT: port }: GatewayConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => reject(new Error(listenFault(error, host, port), { cause: error }));
    server.once("error", onError);
    server.listen({ host, port }, () => {
      server.off("error", onError);
      resolve();
    });
  });
}

function listenFault(error: NodeJS.ErrnoException, host: string, port: number): string {
  const place = `port ${port} on ${host}`;
  const code = error.code ?? "";
  if (code === "EADDRINUSE") {
    return `${place} is taken: stop the other program, or set PARLANCE_PORT to a free port`;
  }
  if (code === "EACCES") {
    return `${place} may not be used by this user: set PARLANCE_PORT to 1024 or above`;
  }
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return `${host} is no address of this machine: set PARLANCE_HOST to one that is, such as 127.0.0.1 or 0.0.0.0`;
  }
  return `cannot listen on ${place}: ${error.message}`;
}

function addressOf(server: Server): string {
  const address = server.address() as AddressInfo | null;
  if (address === null) throw new Error("the HTTP server does not listen yet");
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

/** Requests whose calls were aborted get this long to send their error. */
const lastWordsMs = 500;

async function close(server: Server, running: Running): Promise<void> {
  await drain(server, running, lastWordsMs);
  server.closeAllConnections();
}

/** A connection whose request ends meanwhile is idle then, and would otherwise be kept for the next one. */
async function drain(server: Server, running: Running, timeoutMs: number): Promise<void> {
  if (server.listening) server.close();
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    server.closeIdleConnections();
    if (running.count === 0 || performance.now() > deadline) return;
    await sleep(20);
  }
}
