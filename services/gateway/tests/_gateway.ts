import { account } from "@parlance/account";
import { chat } from "@parlance/chat";
import { conversation } from "@parlance/conversation";
import { gateway } from "@parlance/gateway";
import { ingestion } from "@parlance/ingestion";
import { retrieval } from "@parlance/retrieval";
import { createLogger, type Env, type ServiceDefinition } from "@parlance/platform";
import { startTestProcess, type TestProcess } from "@parlance/testkit";
import { request } from "node:http";
import { connect } from "node:net";

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  text: string;
  /** The body parsed, where it is JSON. */
  json: unknown;
}

interface CallOptions {
  key?: string;
  /** Sent as JSON; a string or bytes go out as they are. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

export interface TestGateway extends AsyncDisposable {
  base: string;
  port: number;
  /** Key of the first user. */
  key: string;
  process: TestProcess;
  /** What was logged, a record a line. */
  logged: () => string;
  /** Path below /api/v2, or from / on. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** A further user with a key of their own. */
  newUser(plan?: string): Promise<{ userId: string; key: string }>;
  /** Sends bytes as they are and gives back all that comes until the connection is closed. */
  raw(text: string | Buffer, options?: { end?: boolean }): Promise<string>;
}

const services = [account, chat, conversation, ingestion, retrieval, gateway] as readonly ServiceDefinition[];

/** Parlance as it runs in one process, reached over HTTP. */
export async function startGateway(env: Env = {}): Promise<TestGateway> {
  const key = `sk-${"K".repeat(32)}`;
  const lines: string[] = [];
  const log = createLogger({ service: "test", pretty: false, destination: { write: (line) => void lines.push(line) } });
  const process = await startTestProcess(services, { env: { PARLANCE_API_KEY: key, ...env }, log });
  const base = process.running.httpAddress ?? "";
  const port = Number(new URL(base).port);
  let users = 0;
  return {
    base,
    port,
    key,
    process,
    logged: () => lines.join(""),
    call: (method, path, options = {}) =>
      call({ port, method, path: path.startsWith("/") ? path : `/api/v2/${path}` }, { key, ...options }),
    newUser: async (planName = "") => {
      const email = `user-${++users}@example.com`;
      const { user } = await process.clients.account.createUser({ email, name: "User", planName });
      const userId = user?.userId ?? "";
      const made = await process.clients.account.createApiKey({ label: "test" }, process.as(userId));
      return { userId, key: made.key };
    },
    raw: (text, options) => raw(port, text, options),
    [Symbol.asyncDispose]: () => process.stop(),
  };
}

function call(target: { port: number; method: string; path: string }, { key, body, headers = {} }: CallOptions): Promise<Answer> {
  const plain = typeof body === "string" || Buffer.isBuffer(body);
  const payload = body === undefined ? undefined : Buffer.from(plain ? (body as string) : JSON.stringify(body));
  const sent: Record<string, string> = {
    ...(key !== undefined && key !== "" && { authorization: `Bearer ${key}` }),
    ...(payload !== undefined && { "content-type": "application/json", "content-length": String(payload.length) }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const req = request({ host: "127.0.0.1", ...target, headers: sent, agent: false }, (res) => {
      const pieces: Buffer[] = [];
      res.on("data", (piece: Buffer) => pieces.push(piece));
      res.on("error", reject);
      res.on("end", () => {
        const text = Buffer.concat(pieces).toString();
        const isJson = res.headers["content-type"]?.startsWith("application/json") === true && text !== "";
        const received = Object.fromEntries(Object.entries(res.headers).map(([name, value]) => [name, String(value)]));
        resolve({ status: res.statusCode ?? 0, headers: received, text, json: isJson ? JSON.parse(text) : undefined });
      });
    });
    req.on("error", reject);
    req.end(payload);
  });
}

function raw(port: number, text: string | Buffer, { end = false }: { end?: boolean } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => (end ? socket.end(text) : socket.write(text)));
    let received = "";
    socket.setEncoding("utf8");
    socket.on("data", (piece: string) => (received += piece));
    socket.on("error", (error: NodeJS.ErrnoException) => (error.code === "ECONNRESET" ? resolve(received) : reject(error)));
    socket.on("close", () => resolve(received));
  });
}
