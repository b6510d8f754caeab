import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServiceName } from "@parlance/contracts";
import { freePorts, type Engines } from "@parlance/engines";
import { Member } from "./member.ts";
import { metricsPorts } from "./metrics-ports.ts";

export interface ClusterOptions {
  engines: Engines;
  /** Holds the first user's key, the credential of calls between processes, the blobs and a log of each process. */
  folder: string;
  /** Of the first gateway. Default: a free one. */
  port?: number;
  /** How many processes run a service, where it is not the usual number. */
  replicas?: Partial<Readonly<Record<ServiceName, number>>>;
  /** More settings of every process; of `PARLANCE_METRICS_PORT` the first has the port, and each other one of the next. */
  env?: Readonly<Record<string, string>>;
}

/** How many processes run each service, unless told otherwise. */
const usualReplicas: Readonly<Record<ServiceName, number>> = {
  account: 1,
  retrieval: 2,
  ingestion: 2,
  conversation: 1,
  chat: 2,
  gateway: 1,
};

/** Every service as a process of its own, with the stores on real servers: what a deployment to many machines is, on one. */
export class Cluster {
  readonly folder: string;
  readonly members: readonly Member[];
  readonly address: string;

  private constructor(options: { folder: string; members: readonly Member[]; address: string }) {
    this.folder = options.folder;
    this.members = options.members;
    this.address = options.address;
  }

  /** Resolves when every process serves. When one cannot, all are ended and the error tells what it printed. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const { folder } = options;
    await mkdir(join(folder, "logs"), { recursive: true, mode: 0o700 });
    const places = Object.entries({ ...usualReplicas, ...options.replicas }).flatMap(([service, count]) =>
      Array.from({ length: count }, (_, index) => ({ service: service as ServiceName, replica: index + 1 })),
    );
    const ports = await freePorts(2 * places.length);
    const httpPorts = ports.splice(0, places.length);
    const firstGateway = places.findIndex(({ service }) => service === "gateway");
    const port = options.port ?? httpPorts[firstGateway] ?? 0;
    const metrics = await metricsPorts(options.env?.["PARLANCE_METRICS_PORT"], places.length);
    const token = options.env?.["PARLANCE_RPC_TOKEN"] ?? randomBytes(32).toString("hex");
    // Where one process keeps it too, so that the command line finds it.
    await writeFile(join(folder, "rpc-token"), `${token}\n`, { mode: 0o600 });
    const env = settingsOf(options, {
      token,
      addresses: places.map(({ service }, index) => ({ service, rpcPort: ports[index] ?? 0 })),
    });
    const members = places.map(
      (place, index) =>
        new Member({
          ...place,
          rpcPort: ports[index] ?? 0,
          httpPort: index === firstGateway ? port : (httpPorts[index] ?? 0),
          metricsPort: metrics[index],
          env,
          logFile: join(folder, "logs", `${place.service}-${place.replica}.log`),
        }),
    );
    const cluster = new Cluster({ folder, members, address: `http://127.0.0.1:${port}` });
    try {
      await Promise.all(members.map((member) => member.start()));
      return cluster;
    } catch (error) {
      await Promise.all(members.map((member) => member.end("SIGKILL")));
      throw error;
    }
  }

  /** The first user's API key. */
  async key(): Promise<string> {
    return (await readFile(join(this.folder, "api-key"), "utf8")).trim();
  }

  of(service: ServiceName): readonly Member[] {
    return this.members.filter((member) => member.service === service);
  }

  /** Ends all, the edge first; gives what did not end cleanly. */
  async stop(): Promise<string[]> {
    const faults: string[] = [];
    for (const service of Object.keys(usualReplicas).reverse()) {
      await Promise.all(
        this.of(service as ServiceName).map(async (member) => {
          const code = await member.end("SIGTERM");
          if (code !== 0) faults.push(`${service} ${member.replica} ended with ${code}`);
        }),
      );
    }
    return faults;
  }
}

function settingsOf(
  { engines, folder, env }: ClusterOptions,
  { token, addresses }: { token: string; addresses: readonly { service: ServiceName; rpcPort: number }[] },
): Record<string, string> {
  const scheme = env?.["PARLANCE_RPC_TLS_CERT_FILE"] === undefined ? "http" : "https";
  const urls = Map.groupBy(addresses, ({ service }) => service);
  const services = [...urls].map(([service, replicas]) => [
    `PARLANCE_${service.toUpperCase()}_URL`,
    replicas.map(({ rpcPort }) => `${scheme}://127.0.0.1:${rpcPort}`).join(","),
  ]);
  return {
    PARLANCE_DATA_DIR: folder,
    PARLANCE_RPC_TOKEN: token,
    PARLANCE_DOCUMENTS_URL: engines.get("MongoDB")?.url ?? "",
    PARLANCE_SEARCH_URL: engines.get("Elasticsearch")?.url ?? "",
    PARLANCE_EVENTS_URL: engines.get("Kafka")?.url ?? "",
    PARLANCE_BLOBS_URL: `embedded:${folder}`,
    ...Object.fromEntries(services),
    ...env,
  };
}
