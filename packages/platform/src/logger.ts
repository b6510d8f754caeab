import { createRequire } from "node:module";
import type * as PinoPretty from "pino-pretty";
import { pino, type DestinationStream, type Logger as PinoLogger } from "pino";
import { traceIdOf, type Identity } from "./identity.ts";
import { describeError } from "./describe-error.ts";

/** Messages are constant, data goes in fields: `log.info({ jobId }, "job started")`. Never a key, a prompt, or what somebody typed. */
export type Logger = PinoLogger;

export interface LoggerOptions {
  /** Stands in every record. Default: none, for a logger whose children each name their own; no record may name two. */
  service?: string;
  /** One of pino's levels, or `silent`. Default: info. */
  level?: string;
  /** Coloured lines for the eye instead of JSON. Default: when stdout is a terminal. */
  pretty?: boolean;
  /** Where records go. Default: stdout. */
  destination?: DestinationStream;
}

/**
 * A logger that writes in this thread: nothing is lost when the process is killed, and no worker has to be started or drained.
 * Fields that commonly hold a credential are masked as a last net; the rule is not to log them.
 */
export function createLogger(options: LoggerOptions): Logger {
  const settings = {
    level: options.level ?? "info",
    base: options.service === undefined ? {} : { service: options.service },
    redact: { paths: maskedPaths, censor: "***" },
    serializers: { err: describeError, error: describeError },
  };
  const pretty = options.pretty ?? process.stdout.isTTY;
  if (pretty) return pino(settings, prettyStream(options.destination));
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

/** A child logger that names the request and the user that a call or an event belongs to. */
export function logFor(log: Logger, identity: Identity): Logger {
  const traceId = traceIdOf(identity.traceparent);
  return log.child({
    tenantId: identity.tenant,
    ...(identity.requestId !== undefined && { requestId: identity.requestId }),
    ...(traceId !== undefined && { traceId }),
  });
}

const maskedFields = ["authorization", "apiKey", "password", "secret", "token", "cookie"];
const maskedPaths = maskedFields.flatMap((field) => [field, `*.${field}`]);

/** Formats and writes in the same step: a stream in between would hold back the last lines of a process that is killed. */
function prettyStream(destination: DestinationStream | undefined): DestinationStream {
  const out = destination ?? pino.destination({ dest: 1, sync: true });
  // Loaded for the eye alone: a process that writes to a file or a pipe starts without it.
  const { prettyFactory } = createRequire(import.meta.url)("pino-pretty") as typeof PinoPretty;
  const format = prettyFactory({
    colorize: destination === undefined,
    ignore: "pid,hostname,service",
    translateTime: "SYS:HH:MM:ss",
    messageFormat: "{service}: {msg}",
    singleLine: true,
  });
  return {
    write: (record) => {
      out.write(format(record));
    },
  };
}
