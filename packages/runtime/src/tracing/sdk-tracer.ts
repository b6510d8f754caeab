import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context, type Span as SdkSpan } from "@opentelemetry/api";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { newUuid, type Logger, type Span, type Tracer } from "@parlance/platform";
import { createOtlpExporter } from "./otlp-exporter.ts";
import type { TracingConfig } from "./settings.ts";

export interface Tracing {
  tracer: Tracer;
  /** Sends what is left, for a second at most, and lets go of the collector. */
  close(): Promise<void>;
}

/** How long a stop waits for a collector. */
const flushMs = 1_000;

/**
 * A tracer on OpenTelemetry's SDK. It is not made known as the global one: libraries that look for that, such as Elasticsearch's client,
 * would add spans of their own, with whatever they find worth telling.
 */
export function createSdkTracer(config: TracingConfig & { serviceName: string }, log: Logger): Tracing {
  const exporter = createOtlpExporter(config, log);
  const processor = new BatchSpanProcessor(exporter);
  const ours = resourceFromAttributes({
    "service.name": config.serviceName,
    "service.namespace": "parlance",
    "service.instance.id": newUuid(),
  });
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(ours)
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [processor],
  });
  const sdk = provider.getTracer("parlance");
  const running = new AsyncLocalStorage<Span>();
  const tracer: Tracer = {
    start: (name, { kind, parent, attributes = {} }) =>
      asSpan(sdk.startSpan(name, { kind: kinds[kind], attributes }, contextOf(parent, incoming.has(kind)))),
    within: (span, work) => running.run(span, work),
    current: () => running.getStore(),
  };
  const flush = async () => {
    await provider.forceFlush();
    await exporter.forceFlush?.();
  };
  return {
    tracer,
    close: async () => {
      const flushed = new AbortController();
      await Promise.race([
        flush().catch(() => undefined),
        sleep(flushMs, undefined, { signal: flushed.signal }).catch(() => undefined),
      ]);
      flushed.abort();
      await exporter.shutdown();
      await provider.shutdown().catch(() => undefined);
    },
  };
}

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

/** Kinds of spans whose parent may lie in another process. */
const incoming: ReadonlySet<keyof typeof kinds> = new Set(["server", "consumer"] as const);

const traceparentForm = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;

function contextOf(traceparent: string | undefined, isRemote: boolean): Context {
  const [, traceId, spanId, flags] = traceparentForm.exec(traceparent ?? "") ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote });
}

function asSpan(span: SdkSpan): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  let ended = false;
  return {
    traceparent: `00-${traceId}-${spanId}-0${traceFlags & 1}`,
    rename: (name) => void span.updateName(name),
    set: (attributes) => {
      if (!ended) span.setAttributes(attributes);
    },
    end: (failure) => {
      if (ended) return;
      ended = true;
      if (failure !== undefined) span.setAttribute("error.type", failure).setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}
