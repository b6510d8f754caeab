import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { ExportResultCode, type ExportResult } from "@opentelemetry/core";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import type { SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { Logger } from "@parlance/platform";
import type { TracingConfig } from "./settings.ts";

type Batch = Parameters<SpanExporter["export"]>[0];

const complaintPauseMs = 60_000;
const firstPauseMs = 1_000;

/** Answers after which OTLP wants a batch to be sent again. */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Sends spans by OTLP over HTTP, as protobuf. Unlike OpenTelemetry's own exporter it lets go at once when it is shut down: nothing that is
 * on its way or waits to be repeated holds the process. Spans that cannot be sent are dropped, and that is logged once a minute.
 */
export function createOtlpExporter(config: Omit<TracingConfig, "serviceName">, log: Logger): SpanExporter {
  const stopping = new AbortController();
  const complain = createComplaints(log);
  const sending = new Set<Promise<void>>();
  const deliver = async (batch: Batch, done: (result: ExportResult) => void) => {
    try {
      await send(batch, config, stopping.signal);
    } catch (error) {
      complain(batch.length, error);
      done({ code: ExportResultCode.FAILED });
      return;
    }
    done({ code: ExportResultCode.SUCCESS });
  };
  return {
    export: (batch, done) => {
      const task = deliver(batch, done);
      sending.add(task);
      void task.finally(() => sending.delete(task));
    },
    forceFlush: async () => void (await Promise.allSettled(sending)),
    shutdown: async () => stopping.abort(new Error("the process stops")),
  };
}

async function send(batch: Batch, config: Omit<TracingConfig, "serviceName">, stopping: AbortSignal): Promise<void> {
  const bytes = ProtobufTraceSerializer.serializeRequest([...batch]);
  if (bytes === undefined) return;
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(config.timeoutMs)]);
  const request = {
    method: "POST",
    headers: { ...config.headers, "content-type": "application/x-protobuf", ...(config.gzip && { "content-encoding": "gzip" }) },
    body: new Uint8Array(config.gzip ? await promisify(gzip)(bytes) : bytes),
    redirect: "error",
    signal,
  } as const;
  for (let pauseMs = firstPauseMs; ; pauseMs *= 2) {
    const outcome = await attempt(config.url, request);
    if (outcome === "taken") return;
    const waitMs = outcome.retryAfterMs ?? pauseMs * (0.8 + 0.4 * Math.random());
    if (!outcome.passing || waitMs > config.timeoutMs) throw outcome.error;
    await sleep(waitMs, undefined, { signal, ref: false }).catch(() => {
      throw outcome.error;
    });
  }
}

type Outcome = "taken" | { error: Error; passing: boolean; retryAfterMs?: number | undefined };

async function attempt(url: string, request: RequestInit): Promise<Outcome> {
  try {
    // oxlint-disable-next-line no-restricted-globals -- The address is the operator's, and usually one that safeFetch is there to refuse.
    const response = await fetch(url, request);
    await response.body?.cancel();
    if (response.ok) return "taken";
    const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
    return {
      error: new Error(`the collector answered ${response.status}`),
      passing: passing.has(response.status),
      retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined,
    };
  } catch (error) {
    const stopped = request.signal?.aborted === true;
    return { error: error instanceof Error ? error : new Error("not sent"), passing: !stopped };
  }
}

/** Counts what is lost, and says so at once and then no more than once a minute. */
function createComplaints(log: Logger): (spans: number, error: unknown) => void {
  let lost = 0;
  let next = 0;
  return (spans, error) => {
    lost += spans;
    if (performance.now() < next) return;
    next = performance.now() + complaintPauseMs;
    log.warn({ err: error, lost }, "traces cannot be sent");
    lost = 0;
  };
}
