import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** Stands for the public internet: opened by `allow`. 127.0.0.1 stays closed. */
export const publicAddress = "127.0.0.2";
export const allow = [`${publicAddress}/32`];

export interface TestServer {
  port: number;
  /** Base URL by its IP address, without a slash at the end. */
  url: string;
  /** TCP connections that it accepted. */
  accepted: () => number;
}

export interface Place {
  host?: string;
  port?: number;
}

/** An HTTP server that ends with the test. */
export function startHttp(handle: RequestListener, place: Place = {}): Promise<TestServer> {
  return start(createServer(handle), "http", place);
}

export function startHttps(options: ServerOptions, handle: RequestListener): Promise<TestServer> {
  return start(createTlsServer(options, handle), "https", {});
}

/** Answers each connection with bytes of one's own. */
export function startTcp(handle: (socket: Socket) => void, place: Place = {}): Promise<TestServer> {
  return start(createTcpServer(handle), "http", place);
}

/** A server that nobody may reach. */
export function startTrap(place: Place = {}): Promise<TestServer> {
  return startHttp((_request, response) => response.end("trapped"), { host: "127.0.0.1", ...place });
}

async function start(server: Server | TcpServer, scheme: string, { host = publicAddress, port = 0 }: Place): Promise<TestServer> {
  const open = new Set<Socket>();
  let accepted = 0;
  server.on("connection", (socket: Socket) => {
    accepted += 1;
    open.add(socket);
    // A client that gives up resets the connection, which is no fault of the server.
    socket.on("error", () => {}).on("close", () => open.delete(socket));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.on("error", reject).listen(port, host, resolve);
  await promise;
  onTestFinished(async () => {
    const closed = new Promise((done) => server.close(done));
    for (const socket of open) socket.destroy();
    await closed;
  });
  const bound = (server.address() as AddressInfo).port;
  return { port: bound, url: `${scheme}://${host}:${bound}`, accepted: () => accepted };
}
