/**
 * Follows a request through the process. There is one only while traces are sent somewhere; without it nothing on a request's way knows of
 * tracing. Names and attributes are ours or of a closed set, never what somebody typed: they leave the process.
 */
export interface Tracer {
  start(name: string, options: SpanOptions): Span;
  /** Runs work on behalf of a span, so that calls of ports in it can be told from those of other requests. Does not cross an RPC call. */
  within<T>(span: Span, work: () => T): T;
  /** The span on whose behalf this runs; undefined for what nobody asked for, such as looking at a queue. */
  current(): Span | undefined;
}

export interface SpanOptions {
  kind: "server" | "client" | "producer" | "consumer" | "internal";
  /** W3C traceparent of what caused it. One that is absent or malformed begins a trace. */
  parent?: string | undefined;
  /** By OpenTelemetry's semantic conventions. */
  attributes?: SpanAttributes;
}

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** Something that takes time in a trace. */
export interface Span {
  /** To be handed on to whatever the span causes. */
  readonly traceparent: string;
  rename(name: string): void;
  set(attributes: SpanAttributes): void;
  /** `failure` is a word from a closed set, such as the name of a code. Only the first call counts. */
  end(failure?: string): void;
}
