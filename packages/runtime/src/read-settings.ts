import { ConfigError, openRpcTls, parseConfig, type Env, type ServiceDefinition } from "@parlance/platform";
import { readProcessConfig, type ProcessConfig } from "./process-config.ts";
import { readTracingConfig, type TracingConfig } from "./tracing/settings.ts";

export interface Settings {
  config: ProcessConfig;
  /** Of each service, in the order of the definitions. */
  serviceConfigs: readonly Readonly<Record<string, unknown>>[];
  /** Absent when no traces are wanted. */
  tracing: TracingConfig | undefined;
}

/**
 * Settings of the process and of every service in it.
 * @throws ConfigError that lists all faults of all of them
 */
export function readSettings(definitions: readonly ServiceDefinition[], env: Env): Settings {
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
