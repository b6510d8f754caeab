import type { ServiceName } from "@parlance/contracts";
import { Program } from "../program.ts";
import { until } from "../until.ts";

export interface MemberOptions {
  service: ServiceName;
  /** From 1. */
  replica: number;
  rpcPort: number;
  /** Of the gateway. */
  httpPort: number;
  /** Absent: it tells no metrics. */
  metricsPort?: string | undefined;
  env: Readonly<Record<string, string>>;
  logFile: string;
}

/** One process of a cluster, on an address that stays its own over restarts. */
export class Member {
  readonly service: ServiceName;
  readonly replica: number;
  readonly rpcAddress: string;
  /** Of the gateway; nothing listens there else. */
  readonly httpAddress: string;
  /** Of its page of metrics, when it has one. */
  readonly metricsAddress: string | undefined;
  readonly #options: MemberOptions;
  #program: Program | undefined;

  constructor(options: MemberOptions) {
    this.service = options.service;
    this.replica = options.replica;
    this.rpcAddress = `http://127.0.0.1:${options.rpcPort}`;
    this.httpAddress = `http://127.0.0.1:${options.httpPort}`;
    this.metricsAddress = options.metricsPort === undefined ? undefined : `http://127.0.0.1:${options.metricsPort}/metrics`;
    this.#options = options;
  }

  /** Starts the process and waits until it says that it serves. */
  async start(): Promise<void> {
    const { service, rpcPort, httpPort, metricsPort, env, logFile } = this.#options;
    const main = new URL(`../../../../services/${service}/src/main.ts`, import.meta.url);
    const ports = {
      PARLANCE_RPC_PORT: String(rpcPort),
      PARLANCE_PORT: String(httpPort),
      ...(metricsPort !== undefined && { PARLANCE_METRICS_PORT: metricsPort }),
    };
    const program = new Program({ main, env: { ...env, ...ports }, logFile });
    this.#program = program;
    await until(
      `${service} ${this.replica} serves`,
      async () => {
        if (!program.running) throw new Error(`${service} ${this.replica} ended:\n${program.output}`);
        return this.serves();
      },
      { timeoutMs: 120_000 },
    );
  }

  /** What the standard health check says, which needs no TLS. */
  async serves(): Promise<boolean> {
    try {
      const response = await fetch(`${this.rpcAddress}/grpc.health.v1.Health/Check`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      });
      return ((await response.json()) as { status?: string }).status === "SERVING";
    } catch {
      return false;
    }
  }

  get running(): boolean {
    return this.#program?.running === true;
  }

  /** Everything that the process has printed since its last start. */
  get output(): string {
    return this.#program?.output ?? "";
  }

  pause(): void {
    this.#program?.pause();
  }

  resume(): void {
    this.#program?.resume();
  }

  /** Resolves with the exit code, or the signal's name. Idempotent. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<number | string> {
    return (await this.#program?.end(signal)) ?? 0;
  }
}
