import { setTimeout as sleep } from "node:timers/promises";
import { services, type ServiceName } from "@parlance/contracts";
import { startOutboxRelay } from "@parlance/messaging";
import { listenRpc, type Health, type Logger, type ServiceDefinition, type ServiceParts } from "@parlance/platform";
import type { Consumer, Ports } from "@parlance/ports";
import { usedPorts } from "./adapters.ts";
import type { Assembled, Assembling } from "./assemble.ts";
import { consume } from "./consume.ts";
import type { Metrics } from "./metrics.ts";
import { portError, rpcPort } from "./rpc-port.ts";
import type { RunningProcess } from "./running-process.ts";

/** Lets an assembled process work: relay, RPC port, services, consumers, then ready. What was begun is in `undo`. */
export async function start(
  assembled: Assembled,
  { config, log, metrics, undo, signal }: Pick<Assembling, "config" | "log" | "metrics" | "undo" | "signal">,
): Promise<RunningProcess> {
  const { ports, clients, parts, routes, interceptors, health, stopping, state, token, tls } = assembled;
  const definitions = [...parts.keys()];
  const used = usedPorts(definitions);
  if (used.has("documents") && used.has("events")) {
    const relay = startOutboxRelay({ outbox: ports.documents.outbox, bus: ports.events, log, onDamaged: assembled.onFatal });
    undo.add("event relay", () => relay.stop());
  }
  const rpc = await listenRpc({
    host: config.PARLANCE_HOST,
    port: rpcPort(config),
    routes,
    interceptors,
    shutdownSignal: stopping.signal,
    reflection: config.PARLANCE_RPC_REFLECTION,
    token,
    tls,
  }).catch((error: unknown) => {
    throw portError(error, config);
  });
  undo.add("RPC port", () => rpc.close());
  const abort = async () => stopping.abort(new Error("the process is stopping"));
  for (const [definition, part] of parts) {
    if (part.stop !== undefined) undo.add(definition.name, part.stop);
    await part.start?.();
    // When a later start fails, what this one has set going must be told to end before it can be waited for.
    undo.add(`${definition.name}: running work`, abort);
  }
  const consumers = await subscribeAll(parts, ports, { log, metrics, signal });
  const graceMs = config.PARLANCE_DRAIN_TIMEOUT_MS;
  const stopConsumers = async () => {
    await Promise.all(consumers.map((consumer) => consumer.stop({ graceMs })));
  };
  undo.add("consumers", stopConsumers);
  // Aborted before consumers are drained and ports closed, after nothing new is let in.
  undo.add("running work", abort);
  undo.add("running calls", () => {
    // Events get the same time as calls; what goes wrong is told where they are waited for.
    stopConsumers().catch(() => undefined);
    return rpc.drain(graceMs);
  });
  for (const [definition, part] of parts)
    if (part.drain !== undefined) undo.add(`${definition.name}: running requests`, part.drain);
  setHealth(health, definitions, true);
  undo.add("readiness", async () => {
    state.ready = false;
    setHealth(health, definitions, false);
    await sleep(config.PARLANCE_STOP_DELAY_MS);
  });
  state.ready = true;
  return {
    clients,
    ports,
    log,
    rpcAddress: rpc.address.url,
    rpcToken: token,
    rpcTls: tls,
    httpAddress: [...parts.values()].find((part) => part.httpAddress !== undefined)?.httpAddress?.(),
    metricsAddress: metrics?.url,
    dataDir: config.PARLANCE_DATA_DIR,
    operations: assembled.operations,
    // Calls from outside and from other processes are waited for one after the other; the rest of a stop is quick.
    stopLimitMs: config.PARLANCE_STOP_DELAY_MS + 2 * config.PARLANCE_DRAIN_TIMEOUT_MS + 5_000,
    stop: () => undo.all(),
  };
}

async function subscribeAll(
  parts: ReadonlyMap<ServiceDefinition, ServiceParts>,
  ports: Ports,
  { log, metrics, signal }: { log: Logger; metrics?: Metrics | undefined; signal?: AbortSignal | undefined },
): Promise<Consumer[]> {
  const consuming = [...parts].filter(([, part]) => (part.consumers ?? []).length > 0);
  const subscribed = consuming.map(([definition, part]) => {
    const consumers = (part.consumers ?? []).map((consumer) => metrics?.observe(consumer) ?? consumer);
    return consume(ports.events, { name: definition.name, consumers, log, signal });
  });
  return (await Promise.all(subscribed)).flat();
}

function setHealth(health: Health, definitions: readonly ServiceDefinition[], serving: boolean): void {
  const here = new Set<ServiceName>(definitions.map((definition) => definition.name));
  for (const { schema, owner } of Object.values(services)) if (here.has(owner)) health.set(schema.typeName, serving);
  health.set("", serving);
}
