import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallOptions } from "@connectrpc/connect";
import {
  callOptions,
  createClients,
  createLogger,
  createRpcTransport,
  type Clients,
  type Clock,
  type Env,
  type Logger,
  type ServiceDefinition,
} from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import { run, type RunningProcess } from "@parlance/runtime";

export type TransportName = "direct" | "h2c";

/** For `describe.each`: every test of a service runs as a function call and over the network. */
export const transports: readonly TransportName[] = ["direct", "h2c"];

export interface TestProcessOptions {
  /** How the test's clients reach the services. Default: direct. */
  transport?: TransportName;
  env?: Env;
  clock?: Clock;
  /** A folder that outlives the process, to start another one on it. Default: a temporary one, removed at the end. */
  dataDir?: string;
  /** Default: silent. */
  log?: Logger;
}

export interface TestProcess extends AsyncDisposable {
  /** Over the transport asked for. */
  clients: Clients;
  running: RunningProcess;
  dataDir: string;
  /** Options of a call made for a user. */
  as(user: string): CallOptions;
  /** Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts services as the product does, on the embedded adapters, free ports and a folder of their own. Nothing in it is a double; which
 * services are left out decides what can be tested.
 */
export async function startTestProcess(
  definitions: readonly ServiceDefinition[],
  options: TestProcessOptions = {},
): Promise<TestProcess> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "parlance-test-")));
  const running = await run(definitions, {
    env: {
      PARLANCE_PORT: "0",
      PARLANCE_RPC_PORT: "0",
      PARLANCE_DATA_DIR: dataDir,
      ...options.env,
    },
    log: options.log ?? createLogger({ service: "test", level: "silent", pretty: false }),
    ...(options.clock !== undefined && { clock: options.clock }),
  });
  const network =
    options.transport === "h2c"
      ? createRpcTransport({ url: running.rpcAddress, token: running.rpcToken, tls: running.rpcTls })
      : undefined;
  const stop = async () => {
    network?.close();
    await running.stop();
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
  };
  return {
    clients: network === undefined ? running.clients : createClients(() => network),
    running,
    dataDir,
    as: (user) => callOptions({ tenant: asTenant(user) }),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
