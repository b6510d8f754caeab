import type { Interceptor, Transport } from "@connectrpc/connect";
import {
  createClients,
  createDirectTransport,
  createHealth,
  errorInterceptor,
  openRpcTls,
  systemClock,
  traceCalls,
  traceHandlers,
  type Clients,
  type Health,
  type Logger,
  type Routes,
  type RpcTls,
  type Secret,
  type ServiceDefinition,
  type ServiceParts,
  type Tracer,
} from "@parlance/platform";
import type { Ports } from "@parlance/ports";
import { openPorts, usedPorts } from "./adapters.ts";
import { guardedPorts } from "./guarded-ports.ts";
import type { Metrics } from "./metrics.ts";
import { deadLetterRoutes } from "./operations/dead-letters.ts";
import { createOperations } from "./operations/operations.ts";
import { operationsRoutes, type Operations } from "./operations/routes.ts";
import { prepareData } from "./prepare-data.ts";
import type { ProcessConfig } from "./process-config.ts";
import type { Settings } from "./read-settings.ts";
import { createTransports } from "./resolve-transport.ts";
import type { RunOptions } from "./running-process.ts";
import { areAllEmbedded } from "./stores.ts";
import { tracedPorts } from "./tracing/traced-ports.ts";
import type { Undo } from "./undo.ts";

export interface Assembling extends Omit<RunOptions, "env">, Pick<Settings, "config" | "serviceConfigs"> {
  /** Of the process: the service's, where it runs one alone. */
  name: string;
  /** Bears no name; each service has a child of it with its own. */
  rootLog: Logger;
  /** Of the process. */
  log: Logger;
  undo: Undo;
  /** Nothing will run. */
  atRest?: boolean;
  metrics?: Metrics | undefined;
  tracer?: Tracer | undefined;
}

/** A process with its services made and nothing running. */
export interface Assembled {
  ports: Ports;
  clients: Clients;
  parts: ReadonlyMap<ServiceDefinition, ServiceParts>;
  routes: Routes;
  /** Around every handler. */
  interceptors: readonly Interceptor[];
  health: Health;
  stopping: AbortController;
  state: { ready: boolean };
  token: Secret | undefined;
  tls: RpcTls | undefined;
  operations: Operations;
  onFatal: (error: Error) => void;
}

/** Opens the adapters and makes the services on them; what was opened is in `undo`. */
export async function assemble(definitions: readonly ServiceDefinition[], assembling: Assembling): Promise<Assembled> {
  const { config, serviceConfigs, rootLog, log, undo, name, signal, metrics, tracer, clock = systemClock } = assembling;
  const token = await prepareData(definitions, assembling);
  const tls = openRpcTls(config, { log });
  const onFatal = assembling.onFatal ?? throwLater;
  const opened = await openPorts(config, {
    definitions,
    name,
    log,
    clock,
    signal,
    onFatal,
    onDiskFailure: assembling.onDiskFailure ?? (({ error }) => onFatal(error)),
    undo,
    atRest: assembling.atRest,
    loadsFirst: assembling.spread,
  });
  const ports = guardedPorts(tracer === undefined ? opened : tracedPorts(opened, { tracer, config }));
  const stopping = new AbortController();
  const state = { ready: false };
  const health = createHealth();
  const parts = new Map<ServiceDefinition, ServiceParts>();
  const operations = createOperations({ config, ports: guardedPorts(opened), parts, ready: () => state.ready });
  const routes = routesOf(definitions, { config, ports, parts, health, operations });
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
    log,
  });
  undo.add("connections", async () => transports.close());
  const clients = createClients((owner) => transports.resolve(owner));
  for (const [index, definition] of definitions.entries()) {
    const made = definition.create({
      config: serviceConfigs[index] ?? {},
      ports,
      clients,
      log: rootLog.child({ service: definition.name }),
      clock,
      signal: stopping.signal,
      ready: () => state.ready,
      tracer,
    });
    parts.set(definition, made);
  }
  return { ports, clients, parts, routes, interceptors, health, stopping, state, token, tls, operations, onFatal };
}

/** Of the services, of which `parts` is filled by the time they are registered, and of the process itself. */
function routesOf(
  definitions: readonly ServiceDefinition[],
  of: {
    config: ProcessConfig;
    ports: Ports;
    parts: ReadonlyMap<ServiceDefinition, ServiceParts>;
    health: Health;
    operations: Operations;
  },
): Routes {
  const used = usedPorts(definitions);
  return (router) => {
    for (const part of of.parts.values()) part.routes?.(router);
    of.health.routes(router);
    if (used.has("events")) deadLetterRoutes(of.ports.events)(router);
    const backsUp = areAllEmbedded(of.config, (name) => used.has(name));
    if (used.has("documents") && used.has("events")) operationsRoutes(of.operations, { backsUp })(router);
  };
}

function throwLater(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}
