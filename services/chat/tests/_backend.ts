import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { until } from "@parlance/testkit";

export interface AskedBackend {
  method: string | undefined;
  headers: IncomingHttpHeaders;
  body: unknown;
  response: ServerResponse;
  /** Settles when the connection of the answer is closed. */
  closed: Promise<void>;
}

export interface TestBackend extends AsyncDisposable {
  url: string;
  port: number;
  /** Requests, as they came. */
  asked: AskedBackend[];
  /** TCP connections that it accepted. */
  accepted(): number;
  /** The next request, once it is there. */
  next(): Promise<AskedBackend>;
}

/** Stands for the public internet: opened by PARLANCE_EGRESS_ALLOW. 127.0.0.1 stays closed. */
export const publicAddress = "127.0.0.2";

/** A custom backend that answers as the test says; without an answer the test writes it itself. */
export async function startBackend(
  answer?: (response: ServerResponse, request: IncomingMessage) => void,
  host = publicAddress,
): Promise<TestBackend> {
  const asked: AskedBackend[] = [];
  const open = new Set<Socket>();
  let accepted = 0;
  let seen = 0;
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const closed = new Promise<void>((resolve) => response.on("close", resolve));
      asked.push({ method: request.method, headers: request.headers, body, response, closed });
      return answer?.(response, request);
    });
  });
  server.on("connection", (socket) => {
    accepted += 1;
    open.add(socket);
    socket.on("error", () => {}).on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}/answer`,
    port,
    asked,
    accepted: () => accepted,
    next: () => until("the backend was asked", () => asked[seen]).finally(() => (seen += 1)),
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += String(piece);
  return text === "" ? undefined : JSON.parse(text);
}
