import type { Clients, Clock, Env, Logger, RpcTls, Secret } from "@parlance/platform";
import type { Ports } from "@parlance/ports";
import type { Operations } from "./operations/routes.ts";
import type { DiskFailure } from "./stores.ts";

export interface RunOptions {
  env: Env;
  clock?: Clock;
  log?: Logger;
  /** True: other services run in other processes, so that stores must be shared. Default: when a needed service does not run here. */
  spread?: boolean;
  /** Ends a start that waits for a server, with the signal's reason; without it, it waits for as long as the server is away. */
  signal?: AbortSignal;
  /** Called when something has failed for good that only a new process mends. Default: throws where nobody catches. */
  onFatal?: (error: Error) => void;
  /** Called when nothing can be written to a disk until the stores are opened again. Default: as `onFatal`. */
  onDiskFailure?: (failure: DiskFailure) => void;
}

export interface RunningProcess {
  clients: Clients;
  ports: Ports;
  log: Logger;
  /** Base URL of the RPC port, which speaks gRPC, gRPC-Web and Connect. */
  rpcAddress: string;
  rpcToken: Secret | undefined;
  /** For calls to that port; absent where it speaks no TLS. */
  rpcTls: RpcTls | undefined;
  /** Base URL of the HTTP port, when the gateway runs here. */
  httpAddress: string | undefined;
  /** Address of the page of metrics, when there is one. */
  metricsAddress: string | undefined;
  dataDir: string;
  operations: Operations;
  /** Longer than a stop may take. */
  stopLimitMs: number;
  /**
   * Stops by one path: readiness off, no new work, running work ends, consumers are drained, adapters close in reverse order. Idempotent.
   */
  stop(): Promise<void>;
}
