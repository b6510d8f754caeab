import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Code, type Interceptor } from "@connectrpc/connect";
import { appErrorFrom, ConfigError, errorCodes, type ConsumerDefinition } from "@parlance/platform";
import type * as Prometheus from "prom-client";

/** What a process tells of itself in Prometheus's form. Labels are names of ours only: methods, codes, topics. */
export interface Metrics {
  /** Counts and times every call that a handler of this process answers, from wherever it comes. */
  interceptor: Interceptor;
  /** Counts and times every attempt to handle an event. */
  observe(consumer: ConsumerDefinition): ConsumerDefinition;
  /** Address of the page, such as http://127.0.0.1:9464/metrics. */
  url: string;
  close(): Promise<void>;
}

/**
 * Serves `/metrics` on a port of its own, which is not meant to be reached from outside.
 * @throws ConfigError when the port cannot be used
 */
export async function serveMetrics({ host, port, service }: { host: string; port: number; service: string }): Promise<Metrics> {
  const prometheus = await import("prom-client");
  const registry = new prometheus.Registry();
  registry.setDefaultLabels({ service });
  prometheus.collectDefaultMetrics({ register: registry });
  const { calls, callTimes, attempts, attemptTimes } = createMeters(prometheus, registry);
  const server = await listen(registry, { host, port });
  return {
    interceptor: (next) => async (request) => {
      const method = `${request.service.typeName}/${request.method.name}`;
      const begun = callTimes.startTimer({ method });
      const ended = (code: string) => calls.inc({ method, code });
      try {
        const response = await next(request);
        if (response.stream) return { ...response, message: counted(response.message, { begun, ended }) };
        begun();
        ended("OK");
        return response;
      } catch (error) {
        begun();
        ended(codeOf(error));
        throw error;
      }
    },
    observe: (consumer) => ({
      ...consumer,
      handle: async (event, options) => {
        const { topic } = event;
        const stop = attemptTimes.startTimer({ topic });
        let outcome = "handled";
        try {
          await consumer.handle(event, options);
        } catch (error) {
          // One that a stop cuts off is no failure: the event comes again, and the attempt is not counted.
          outcome = options.signal.aborted ? "interrupted" : "failed";
          throw error;
        } finally {
          stop();
          attempts.inc({ topic, outcome });
        }
      },
    }),
    url: `http://${host}:${(server.address() as AddressInfo).port}/metrics`,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The same messages. A handler of a stream does nothing before it is asked for the first one, and can fail at any. */
async function* counted<T>(
  messages: AsyncIterable<T>,
  { begun, ended }: { begun: () => void; ended: (code: string) => void },
): AsyncGenerator<T> {
  let hasBegun = false;
  const begin = () => {
    if (!hasBegun) begun();
    hasBegun = true;
  };
  // Of a caller who leaves, nothing else is heard.
  let code = Code[Code.Canceled];
  try {
    for await (const message of messages) {
      begin();
      yield message;
    }
    code = "OK";
  } catch (error) {
    code = codeOf(error);
    throw error;
  } finally {
    begin();
    ended(code);
  }
}

function codeOf(error: unknown): string {
  return Code[errorCodes[appErrorFrom(error).kind].code];
}

function createMeters({ Counter, Histogram }: typeof Prometheus, registry: Prometheus.Registry) {
  const about = (name: string, help: string) => ({ name, help, registers: [registry] });
  const times = (name: string, help: string) => ({ ...about(name, help), buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60] });
  return {
    calls: new Counter({ ...about("parlance_rpc_handled_total", "Calls answered"), labelNames: ["method", "code"] }),
    callTimes: new Histogram({
      ...times("parlance_rpc_handling_seconds", "Time until a call was answered; of a stream until its first message"),
      labelNames: ["method"],
    }),
    attempts: new Counter({
      ...about("parlance_events_handled_total", "Attempts to handle an event"),
      labelNames: ["topic", "outcome"],
    }),
    attemptTimes: new Histogram({
      ...times("parlance_event_handling_seconds", "Time of an attempt to handle an event"),
      labelNames: ["topic"],
    }),
  };
}

async function listen(registry: Prometheus.Registry, { host, port }: { host: string; port: number }): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { "content-type": registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(new ConfigError([`PARLANCE_METRICS_PORT: port ${port} cannot be used (${cause.message})`])),
    );
    server.listen(port, host, resolve);
  });
  return server;
}
