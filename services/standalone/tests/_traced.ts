import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger, type Env, type ServiceDefinition } from "@parlance/platform";
import { run, type RunningProcess } from "@parlance/runtime";
import { freePorts } from "@parlance/engines";
import { allServices } from "../src/services.ts";
import { Rest } from "./_rest.ts";

export interface Traced extends AsyncDisposable {
  rest: Rest;
  /** What was logged, a record a line. */
  logged(): string;
  stop(): Promise<void>;
}

/**
 * Parlance with all its calls as functions, or with those of the gateway and of chat going over the network: then the three parts are set up
 * as three processes are, with settings and a tracer each, though they share this one.
 */
export async function startTraced(transport: "direct" | "h2c", env: Env): Promise<Traced> {
  const folder = await mkdtemp(join(tmpdir(), "parlance-traced-"));
  const key = `sk-${"T".repeat(32)}`;
  const lines: string[] = [];
  const log = createLogger({ service: "test", pretty: false, destination: { write: (line) => void lines.push(line) } });
  const common = { PARLANCE_API_KEY: key, PARLANCE_PORT: "0", PARLANCE_RPC_TOKEN: randomBytes(16).toString("hex"), ...env };
  const running: RunningProcess[] = [];
  for (const { name, services, env: own } of await layouts[transport]()) {
    const settings = { ...common, ...own, PARLANCE_DATA_DIR: join(folder, name) };
    running.push(await run(services, { env: settings, log, spread: false }));
  }
  const stop = async () => {
    for (const part of running.reverse().splice(0)) await part.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const address = running.map(({ httpAddress }) => httpAddress).find((url) => url !== undefined) ?? "";
  return { rest: new Rest(address, key), logged: () => lines.join(""), stop, [Symbol.asyncDispose]: stop };
}

interface Part {
  name: string;
  services: readonly ServiceDefinition[];
  env: Env;
}

const layouts: Record<"direct" | "h2c", () => Promise<Part[]>> = {
  direct: async () => [{ name: "all", services: allServices, env: { PARLANCE_RPC_PORT: "0" } }],
  h2c: async () => {
    const [chatPort = 0, restPort = 0] = await freePorts(2);
    const chat = `http://127.0.0.1:${chatPort}`;
    const rest = `http://127.0.0.1:${restPort}`;
    const addresses = {
      PARLANCE_CHAT_URL: chat,
      PARLANCE_ACCOUNT_URL: rest,
      PARLANCE_CONVERSATION_URL: rest,
      PARLANCE_INGESTION_URL: rest,
      PARLANCE_RETRIEVAL_URL: rest,
    };
    const of = (...names: string[]) => allServices.filter(({ name }) => names.includes(name));
    const env = (port: number) => ({ ...addresses, PARLANCE_RPC_PORT: String(port) });
    return [
      { name: "rest", services: of("account", "conversation", "ingestion", "retrieval"), env: env(restPort) },
      { name: "chat", services: of("chat"), env: env(chatPort) },
      { name: "gateway", services: of("gateway"), env: env(0) },
    ];
  },
};
