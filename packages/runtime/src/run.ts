import { ConfigError, createLogger, type ServiceDefinition } from "@parlance/platform";
import { assemble } from "./assemble.ts";
import { serveMetrics, type Metrics } from "./metrics.ts";
import type { Operations } from "./operations/routes.ts";
import type { ProcessConfig } from "./process-config.ts";
import { readSettings } from "./read-settings.ts";
import type { RunningProcess, RunOptions } from "./running-process.ts";
import { start } from "./start.ts";
import { areAllEmbedded } from "./stores.ts";
import { openTracing } from "./tracing/start-tracing.ts";
import { Undo } from "./undo.ts";

/**
 * Starts services in this process: settings, adapters, clients, routes, consumers, then ready. A server that is away is waited for. When anything
 * else fails, what was opened is closed again and the error says why.
 * @throws ConfigError that lists every setting at fault
 */
export async function run(definitions: readonly ServiceDefinition[], options: RunOptions): Promise<RunningProcess> {
  const { config, serviceConfigs, tracing } = readSettings(definitions, options.env);
  const [first, second] = definitions;
  const name = first !== undefined && second === undefined ? first.name : "parlance";
  const rootLog = options.log ?? createLogger({ level: config.PARLANCE_LOG_LEVEL });
  const log = rootLog.child({ service: name });
  const undo = new Undo(log);
  try {
    const tracer = await openTracing(tracing, { name, log, undo });
    const metrics = await openMetrics(config, { service: name, undo });
    const assembling = { ...options, config, serviceConfigs, name, rootLog, log, undo, metrics, tracer };
    return await start(await assemble(definitions, assembling), assembling);
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
  if (!areAllEmbedded(config)) throw new ConfigError(["only stores in a data folder can be opened at rest"]);
  const name = "parlance";
  const log = options.log ?? createLogger({ level: "silent" });
  const undo = new Undo(log);
  try {
    const { operations } = await assemble(definitions, {
      ...options,
      config,
      serviceConfigs,
      name,
      rootLog: log,
      log,
      undo,
      atRest: true,
    });
    return { operations, dataDir: config.PARLANCE_DATA_DIR, close: () => undo.all() };
  } catch (error) {
    await undo.all();
    throw error;
  }
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
