import { setTimeout as sleep } from "node:timers/promises";
import type { Interceptor, Transport } from "@connectrpc/connect";
import { services, type ServiceName } from "@parlance/contracts";
import { startOutboxRelay } from "@parlance/messaging";
import {
  ConfigError,
  createClients,
  createDirectTransport,
  createHealth,
  createLogger,
  errorInterceptor,
  listenRpc,
  openRpcTls,
  parseConfig,
  systemClock,
  traceCalls,
  traceHandlers,
  type Clients,
  type Clock,
  type Env,
  type Logger,
  type Routes,
  type RpcTls,
  type Secret,
  type ServiceDefinition,
  type ServiceParts,
  type Tracer,
} from "@parlance/platform";
import type { Consumer, Ports } from "@parlance/ports";
import { openPorts, usedPorts } from "./adapters.ts";
import { consume } from "./consume.ts";
import { guardedPorts } from "./guarded-ports.ts";
import { deadLetterRoutes } from "./operations/dead-letters.ts";
import { createOperations } from "./operations/operations.ts";
import { operationsRoutes, type Operations } from "./operations/routes.ts";
import { serveMetrics, type Metrics } from "./metrics.ts";
import { prepareData } from "./prepare-data.ts";
import { readProcessConfig, type ProcessConfig } from "./process-config.ts";
import { createTransports } from "./resolve-transport.ts";
import { embeddedStores, type DiskFailure } from "./stores.ts";
import { readTracingConfig } from "./tracing/settings.ts";
import { openTracing } from "./tracing/start-tracing.ts";
import { tracedPorts } from "./tracing/traced-ports.ts";
import { Undo } from "./undo.ts";

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

/**
 * Starts services in this process: settings, adapters, clients, routes, consumers, then ready. A server that is away is waited for. When anything
 * else fails, what was opened is closed again and the error says why.
 * @throws ConfigError that lists every setting at fault
 */
export async function run(definitions: readonly ServiceDefinition[], options: RunOptions): Promise<RunningProcess> {
  const { config, serviceConfigs, tracing } = readSettings(definitions, options.env);
  const log = options.log ?? createLogger({ service: nameOf(definitions), level: config.PARLANCE_LOG_LEVEL });
  const undo = new Undo(log);
  try {
    const tracer = await openTracing(tracing, { name: nameOf(definitions), log, undo });
    const metrics = await openMetrics(config, { service: nameOf(definitions), undo });
    return await start(definitions, { ...options, config, serviceConfigs, log, undo, metrics, tracer });
  } catch (error) {
    await undo.all();
    throw error;
  }
}

export interface ProcessAtRest {
  operations: Operations;
  dataDir: string;
  close(): Promise<void>;
}

/**
 * Opens a data folder with the services that belong to it, for looking after it: nothing listens, no event moves and no work begins.
 * @throws ConfigError when a store lies on a server, StoreError when a process uses the folder
 */
export async function openAtRest(definitions: readonly ServiceDefinition[], options: RunOptions): Promise<ProcessAtRest> {
  const { config, serviceConfigs } = readSettings(definitions, options.env);
  if (embeddedStores(config).length < allStores) throw new ConfigError(["only stores in a data folder can be opened at rest"]);
  const log = options.log ?? createLogger({ service: "parlance", level: "silent" });
  const undo = new Undo(log);
  try {
    const { operations } = await assemble(definitions, { ...options, config, serviceConfigs, log, undo, atRest: true });
    return { operations, dataDir: config.PARLANCE_DATA_DIR, close: () => undo.all() };
  } catch (error) {
    await undo.all();
    throw error;
  }
}

const allStores = 4;

interface Starting extends RunOptions {
  config: ProcessConfig;
  serviceConfigs: readonly Readonly<Record<string, unknown>>[];
  log: Logger;
  undo: Undo;
  /** Nothing will run. */
  atRest?: boolean;
  metrics?: Metrics | undefined;
  tracer?: Tracer | undefined;
}

/** A process with its services made and nothing running. */
interface Assembled {
  ports: Ports;
  clients: Clients;
  parts: ReadonlyMap<ServiceDefinition, ServiceParts>;
  routes: Routes;
  interceptors: Interceptor[];
  health: ReturnType<typeof createHealth>;
  stopping: AbortController;
  state: { ready: boolean };
  token: Secret | undefined;
  tls: RpcTls | undefined;
  operations: Operations;
  onFatal: (error: Error) => void;
}

async function assemble(definitions: readonly ServiceDefinition[], starting: Starting): Promise<Assembled> {
  const { config, serviceConfigs, log, undo, clock = systemClock } = starting;
  const token = await prepareData(definitions, starting);
  const tls = openRpcTls(config, { log });
  const onFatal = starting.onFatal ?? throwLater;
  const opened = await openPorts(config, {
    definitions,
    name: nameOf(definitions),
    log,
    clock,
    signal: starting.signal,
    onFatal,
    onDiskFailure: starting.onDiskFailure ?? (({ error }) => onFatal(error)),
    atRest: starting.atRest,
    loadsFirst: starting.spread,
  });
  undo.add("stores", () => opened.close());
  const { metrics, tracer } = starting;
  const ports = guardedPorts(tracer === undefined ? opened.ports : tracedPorts(opened.ports, { tracer, config }));
  const stopping = new AbortController();
  const state = { ready: false };

  const used = usedPorts(definitions);
  const health = createHealth();
  const parts = new Map<ServiceDefinition, ServiceParts>();
  const operations = createOperations({ config, ports: guardedPorts(opened.ports), parts, ready: () => state.ready });
  const routes: Routes = (router) => {
    for (const part of parts.values()) part.routes?.(router);
    health.routes(router);
    if (used.has("events")) deadLetterRoutes(ports.events)(router);
    // Stores on servers are copied and examined by the servers' own means.
    if (embeddedStores(config, (name) => used.has(name)).length === allStores) operationsRoutes(operations)(router);
  };
  const interceptors = [
    ...(tracer === undefined ? [] : [traceHandlers(tracer)]),
    ...(metrics === undefined ? [] : [metrics.interceptor]),
    errorInterceptor(log),
  ];
  const clientInterceptors = tracer === undefined ? [] : [traceCalls(tracer)];
  let direct: Transport | undefined;
  const transports = createTransports(definitions, config, {
    direct: () => (direct ??= createDirectTransport({ routes, interceptors, clientInterceptors, shutdownSignal: stopping.signal })),
    interceptors: clientInterceptors,
    token,
    tls,
  });
  undo.add("connections", async () => transports.close());
  const clients = createClients((owner) => transports.resolve(owner));
  for (const [index, definition] of definitions.entries()) {
    const made = definition.create({
      config: serviceConfigs[index] ?? {},
      ports,
      clients,
      log: definitions.length === 1 ? log : log.child({ service: definition.name }),
      clock,
      signal: stopping.signal,
      ready: () => state.ready,
      tracer,
    });
    parts.set(definition, made);
  }
  return { ports, clients, parts, routes, interceptors, health, stopping, state, token, tls, operations, onFatal };
}

async function start(definitions: readonly ServiceDefinition[], starting: Starting): Promise<RunningProcess> {
  const { config, log, metrics, undo } = starting;
  const assembled = await assemble(definitions, starting);
  const { ports, clients, parts, routes, interceptors, health, stopping, state, token, tls } = assembled;
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
  const consumers = await subscribeAll(parts, ports, { log, metrics, signal: starting.signal });
  undo.add("consumers", async () => {
    await Promise.all(consumers.map((consumer) => consumer.stop()));
  });
  // Aborted before consumers are drained and ports closed, after nothing new is let in.
  undo.add("running work", abort);
  undo.add("running calls", () => rpc.drain(config.PARLANCE_DRAIN_TIMEOUT_MS));
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

/** Settings of the process and of every service in it; all faults of all of them are told at once. */
function readSettings(definitions: readonly ServiceDefinition[], env: Env) {
  const faults: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.push(...error.faults);
      return undefined;
    }
  };
  const config = attempt(() => readProcessConfig(env));
  if (config !== undefined) attempt(() => openRpcTls(config));
  const tracing = attempt(() => readTracingConfig(env));
  const serviceConfigs = definitions.map((definition) => attempt(() => parseConfig(definition.config, env)) ?? {});
  if (config === undefined || faults.length > 0) throw new ConfigError([...new Set(faults)]);
  return { config, serviceConfigs, tracing };
}

async function subscribeAll(
  parts: ReadonlyMap<ServiceDefinition, ServiceParts>,
  ports: Ports,
  { log, metrics, signal }: { log: Logger; metrics: Metrics | undefined; signal: AbortSignal | undefined },
): Promise<Consumer[]> {
  const consuming = [...parts].filter(([, part]) => (part.consumers ?? []).length > 0);
  const subscribed = consuming.map(([definition, part]) => {
    const consumers = (part.consumers ?? []).map((consumer) => metrics?.observe(consumer) ?? consumer);
    return consume(ports.events, { name: definition.name, consumers, log, signal });
  });
  return (await Promise.all(subscribed)).flat();
}

async function openMetrics(
  { PARLANCE_HOST: host, PARLANCE_METRICS_PORT: port }: ProcessConfig,
  { service, undo }: { service: string; undo: Undo },
): Promise<Metrics | undefined> {
  if (port === undefined) return undefined;
  const metrics = await serveMetrics({ host, port, service });
  undo.add("metrics", () => metrics.close());
  return metrics;
}

function setHealth(health: ReturnType<typeof createHealth>, definitions: readonly ServiceDefinition[], serving: boolean): void {
  const here = new Set<ServiceName>(definitions.map((definition) => definition.name));
  for (const { schema, owner } of Object.values(services)) if (here.has(owner)) health.set(schema.typeName, serving);
  health.set("", serving);
}

/** Beside the HTTP port unless told otherwise, so that a second Parlance on another port does not collide. */
function rpcPort(config: ProcessConfig): number {
  if (config.PARLANCE_RPC_PORT !== undefined) return config.PARLANCE_RPC_PORT;
  return config.PARLANCE_PORT === 0 || config.PARLANCE_PORT === 65_535 ? 0 : config.PARLANCE_PORT + 1;
}

function portError(error: unknown, config: ProcessConfig): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const host = config.PARLANCE_HOST;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new ConfigError([
      `PARLANCE_HOST: ${host} is no address of this machine; set it to one that is, such as 127.0.0.1 or 0.0.0.0`,
    ]);
  }
  if (code !== "EADDRINUSE" && code !== "EACCES") return error;
  const reason = code === "EADDRINUSE" ? "is taken by another program" : "may not be opened by this user";
  const advice =
    config.PARLANCE_RPC_PORT === undefined
      ? "it is the one after PARLANCE_PORT: set PARLANCE_PORT so that both are free, or PARLANCE_RPC_PORT to a free one"
      : "set PARLANCE_RPC_PORT to a free one";
  return new ConfigError([`PARLANCE_RPC_PORT: port ${rpcPort(config)} of ${host} ${reason}; ${advice}`]);
}

function throwLater(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}

function nameOf(definitions: readonly ServiceDefinition[]): string {
  return definitions.length === 1 ? (definitions[0]?.name ?? "parlance") : "parlance";
}
