import { setTimeout as sleep } from "node:timers/promises";
import { MongoClient } from "mongodb";
import { GenericContainer, Wait, type StartedTestContainer } from "testcontainers";
import { freePorts } from "./free-ports.ts";
import type { EngineName } from "./engine.ts";
import { imageOf } from "./images.ts";

export interface Containers {
  /** Of the loopback address. */
  ports: ReadonlyMap<EngineName, number>;
  /** Removes all with their data. */
  stop(): Promise<void>;
}

/**
 * Starts the three servers side by side from their official images, each with fresh data on a free port of the loopback address.
 * @throws what the engine for containers says when one cannot be had; the others are removed again
 */
export async function startContainers(): Promise<Containers> {
  const [mongodb = 0, elasticsearch = 0, kafka = 0] = await freePorts(3);
  const results = await Promise.allSettled([startMongo(mongodb), startElasticsearch(elasticsearch), startKafka(kafka)]);
  const started = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const stop = async () => {
    await Promise.all(started.map((container) => container.stop({ removeVolumes: true })));
  };
  const failed = results.find((result) => result.status === "rejected");
  if (failed === undefined) {
    const ports = new Map<EngineName, number>([
      ["MongoDB", mongodb],
      ["Elasticsearch", elasticsearch],
      ["Kafka", kafka],
    ]);
    return { ports, stop };
  }
  await stop();
  throw failed.reason;
}

const startupMs = 180_000;

/** Publishes its ports to this machine alone; the library itself knows no address to publish to. */
class LoopbackContainer extends GenericContainer {
  protected override async beforeContainerCreated(): Promise<void> {
    const published = Object.entries((this.hostConfig.PortBindings ?? {}) as Record<string, { HostPort: string }[]>);
    this.hostConfig.PortBindings = Object.fromEntries(
      published.map(([port, bindings]) => [port, bindings.map((binding) => ({ ...binding, HostIp: "127.0.0.1" }))]),
    );
  }
}

/** A replica set of one. It serves on one port inside and outside, so that its only member has the same address for everybody. */
async function startMongo(port: number): Promise<StartedTestContainer> {
  const container = await new LoopbackContainer(imageOf("MongoDB"))
    .withCommand(["--replSet", "rs0", "--bind_ip_all", "--port", String(port), "--setParameter", "ttlMonitorSleepSecs=1"])
    // Podman wants every port published that the image declares.
    .withExposedPorts({ container: port, host: port }, 27017)
    .withWaitStrategy(Wait.forLogMessage(/Waiting for connections/i))
    .withStartupTimeout(startupMs)
    .start();
  try {
    await initiate(port);
    return container;
  } catch (error) {
    await container.stop();
    throw error;
  }
}

async function initiate(port: number): Promise<void> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`);
  try {
    const admin = client.db("admin");
    await admin.command({ replSetInitiate: { _id: "rs0", members: [{ _id: 0, host: `127.0.0.1:${port}` }] } });
    for (const end = Date.now() + startupMs; ; await sleep(50)) {
      if ((await admin.command({ hello: 1 }))["isWritablePrimary"] === true) return;
      if (Date.now() > end) throw new Error(`MongoDB on port ${port} has not become the primary of its set`);
    }
  } finally {
    await client.close();
  }
}

function startElasticsearch(port: number): Promise<StartedTestContainer> {
  return new LoopbackContainer(imageOf("Elasticsearch"))
    .withEnvironment({
      "discovery.type": "single-node",
      "xpack.security.enabled": "false",
      // A developer's nearly full disk must not turn indices read-only.
      "cluster.routing.allocation.disk.threshold_enabled": "false",
      ES_JAVA_OPTS: "-Xms512m -Xmx512m",
    })
    .withExposedPorts({ container: 9200, host: port })
    .withWaitStrategy(Wait.forHttp("/_cluster/health?wait_for_status=yellow&timeout=1s", 9200).forStatusCode(200))
    .withStartupTimeout(startupMs)
    .start();
}

/** One node that is broker and controller. Clients are told the address that it has outside, the broker calls itself by the one inside. */
function startKafka(port: number): Promise<StartedTestContainer> {
  return new LoopbackContainer(imageOf("Kafka"))
    .withEnvironment({
      KAFKA_NODE_ID: "1",
      KAFKA_PROCESS_ROLES: "broker,controller",
      KAFKA_LISTENERS: "CLIENTS://:9092,BROKER://localhost:9094,CONTROLLER://localhost:9093",
      KAFKA_ADVERTISED_LISTENERS: `CLIENTS://127.0.0.1:${port},BROKER://localhost:9094`,
      KAFKA_INTER_BROKER_LISTENER_NAME: "BROKER",
      KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
      KAFKA_CONTROLLER_QUORUM_VOTERS: "1@localhost:9093",
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CLIENTS:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1",
      KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: "4",
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: "1",
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: "1",
      // A typo in a topic's name must fail; a group must form at once; a test may use short sessions.
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
      KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: "1000",
      KAFKA_HEAP_OPTS: "-Xms64m -Xmx256m",
    })
    .withExposedPorts({ container: 9092, host: port })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(startupMs)
    .start();
}
