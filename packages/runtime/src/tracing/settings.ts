import { parseConfig, settings, type Env } from "@parlance/platform";

/**
 * OpenTelemetry's own variables, as far as we read them. `OTEL_TRACES_SAMPLER`, `OTEL_BSP_*`, the limits of spans and
 * `OTEL_RESOURCE_ATTRIBUTES` are read by its SDK.
 */
const tracingSettings = {
  /** Where a collector takes traces by OTLP over HTTP; `/v1/traces` is added. Default: no traces. */
  OTEL_EXPORTER_OTLP_ENDPOINT: settings.url("http", "https").optional(),
  /** The same for traces alone, and taken as it stands. */
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: settings.url("http", "https").optional(),
  /** `name=value` with commas between, percent-encoded: often a credential. */
  OTEL_EXPORTER_OTLP_HEADERS: settings.secret().optional(),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: settings.secret().optional(),
  /** For one batch of spans, its repetitions included. */
  OTEL_EXPORTER_OTLP_TIMEOUT: settings.milliseconds().default(10_000),
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: settings.milliseconds().optional(),
  OTEL_EXPORTER_OTLP_COMPRESSION: settings.oneOf("none", "gzip").default("none"),
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: settings.oneOf("none", "gzip").optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: settings.oneOf("http/protobuf").optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: settings.oneOf("http/protobuf").optional(),
  /** Default: `parlance-` and the service, or `parlance` for all in one process. */
  OTEL_SERVICE_NAME: settings.text().optional(),
};

/** Variables that turn traces off whatever the others say. */
const switches = {
  OTEL_SDK_DISABLED: settings.flag().default(false),
  OTEL_TRACES_EXPORTER: settings.oneOf("otlp", "none").default("otlp"),
};

export interface TracingConfig {
  url: string;
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  gzip: boolean;
  /** Absent: the name of the process. */
  serviceName?: string;
}

/**
 * Reads where traces go; undefined: nowhere. Then the other variables are not looked at, since they may stand there for other programs.
 * @throws ConfigError that lists all faults
 */
export function readTracingConfig(env: Env): TracingConfig | undefined {
  const isGiven = (name: string) => (env[name] ?? "").trim() !== "";
  if (!isGiven("OTEL_EXPORTER_OTLP_ENDPOINT") && !isGiven("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")) return undefined;
  const { OTEL_SDK_DISABLED: disabled, OTEL_TRACES_EXPORTER: exporter } = parseConfig(switches, env);
  if (disabled || exporter === "none") return undefined;
  const config = parseConfig(tracingSettings, env);
  const general = config.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/*$/, "/v1/traces");
  return {
    url: config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? general ?? "",
    headers: {
      ...readPairs(config.OTEL_EXPORTER_OTLP_HEADERS?.reveal()),
      ...readPairs(config.OTEL_EXPORTER_OTLP_TRACES_HEADERS?.reveal()),
    },
    timeoutMs: config.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT ?? config.OTEL_EXPORTER_OTLP_TIMEOUT,
    gzip: (config.OTEL_EXPORTER_OTLP_TRACES_COMPRESSION ?? config.OTEL_EXPORTER_OTLP_COMPRESSION) === "gzip",
    ...(config.OTEL_SERVICE_NAME !== undefined && { serviceName: config.OTEL_SERVICE_NAME }),
  };
}

/** A pair that is none is passed over, as OpenTelemetry wants it. */
function readPairs(text = ""): Record<string, string> {
  const pairs = text.split(",").flatMap((pair) => {
    const [, name, value] = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    return name === undefined || value === undefined ? [] : [[name.toLowerCase(), decode(value)] as const];
  });
  return Object.fromEntries(pairs);
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
