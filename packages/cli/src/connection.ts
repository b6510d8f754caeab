import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createClient, type Client } from "@connectrpc/connect";
import { deadLetters, operations } from "@parlance/contracts";
import { createClients, createRpcTransport, openRpcTls, Secret, type Clients, type RpcTransport } from "@parlance/platform";
import { CliError, usageError } from "./cli-error.ts";
import { isThere, unreadable } from "./is-there.ts";
import { createRestClient, type RestClient } from "./rest-client.ts";

/** Ways to a running Parlance. Nothing is read or opened before it is used. */
export interface Connection {
  readonly url: string;
  readonly rpcUrl: string;
  /** Whether somebody has said what `rpcUrl` is. */
  readonly isRpcUrlGiven: boolean;
  /** Absolute. */
  readonly dataDir: string;
  /** Where the credential of the RPC port comes from, in words. */
  readonly credential: string;
  /** The public API, for what a user does. */
  rest(): RestClient;
  /** The services themselves, for what the operator of this machine does. */
  services(): Clients;
  operations(): Client<typeof operations.OperationsService>;
  deadLetters(): Client<typeof deadLetters.DeadLetterService>;
  close(): void;
}

export interface ConnectionOptions {
  url?: string | undefined;
  rpcUrl?: string | undefined;
  /** The name that the certificate of the RPC port must bear. Default: that of its address. */
  rpcName?: string | undefined;
  key?: string | undefined;
  data?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  folder: string;
}

const exampleUrl = "http://127.0.0.1:3000";

/** @throws CliError for an address that is none */
export function createConnection(options: ConnectionOptions): Connection {
  const env = withoutEmpty(options.env);
  const url = addressOf(options.url ?? env["PARLANCE_URL"] ?? `http://127.0.0.1:${env["PARLANCE_PORT"] ?? 3000}`);
  const given = options.rpcUrl ?? env["PARLANCE_RPC_URL"];
  const rpcUrl = given ?? nextPort(url, env);
  // Parlance resolves its settings against its own folder, the command line is resolved against the folder where it is typed.
  const dataDir = options.data === undefined ? resolve(env["PARLANCE_DATA_DIR"] ?? "data") : resolve(options.folder, options.data);
  let transport: RpcTransport | undefined;
  const serverName = options.rpcName ?? env["PARLANCE_RPC_NAME"];
  const open = () =>
    (transport ??= createRpcTransport({ url: addressOf(rpcUrl), serverName, token: rpcToken(dataDir, env), tls: openRpcTls(env) }));
  return {
    url,
    rpcUrl,
    isRpcUrlGiven: given !== undefined,
    dataDir,
    credential: env["PARLANCE_RPC_TOKEN"] === undefined ? `The rpc-token of ${dataDir}` : "PARLANCE_RPC_TOKEN",
    rest: () => createRestClient({ url, key: apiKey(options.key ?? env["PARLANCE_API_KEY"], dataDir) }),
    services: () => createClients(open),
    operations: () => createClient(operations.OperationsService, open()),
    deadLetters: () => createClient(deadLetters.DeadLetterService, open()),
    close: () => transport?.close(),
  };
}

/** An empty variable counts as absent, as it does to the processes. */
function withoutEmpty(env: ConnectionOptions["env"]): ConnectionOptions["env"] {
  return Object.fromEntries(Object.entries(env).filter(([, value = ""]) => value.trim() !== ""));
}

function addressOf(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw usageError(`${text} is no address: it must look like ${exampleUrl}`);
  return text.replace(/\/+$/, "");
}

/** Where Parlance serves its operator unless told otherwise: the next port of the same machine. */
function nextPort(url: string, env: ConnectionOptions["env"]): string {
  const { hostname, port: given, protocol } = new URL(url);
  const httpPort = given === "" ? (protocol === "https:" ? 443 : 80) : Number(given);
  const scheme = env["PARLANCE_RPC_TLS_CERT_FILE"] === undefined ? "http" : "https";
  return `${scheme}://${hostname}:${env["PARLANCE_RPC_PORT"] ?? httpPort + 1}`;
}

function apiKey(given: string | undefined, dataDir: string): Secret {
  const key = given ?? firstLine(join(dataDir, "api-key"));
  if (key !== undefined && key !== "") return new Secret(key);
  throw new CliError(
    `There is no API key in ${dataDir}: pass one with --key or PARLANCE_API_KEY, or name the data folder with --data`,
  );
}

function rpcToken(dataDir: string, env: ConnectionOptions["env"]): Secret {
  const token = env["PARLANCE_RPC_TOKEN"] ?? firstLine(join(dataDir, "rpc-token"));
  if (token !== undefined && token !== "") return new Secret(token);
  throw new CliError(`There is no rpc-token in ${dataDir}: name the data folder of the running Parlance with --data`);
}

function firstLine(file: string): string | undefined {
  if (!isThere(file)) return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw unreadable(file, error);
  }
}
