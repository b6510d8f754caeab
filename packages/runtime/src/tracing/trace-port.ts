import { appErrorFrom, type SpanAttributes, type SpanOptions, type Tracer } from "@parlance/platform";

/** What a call of a port is, in a trace. */
export interface PortCall {
  name: string;
  attributes: SpanAttributes;
  /** Default: client, as for a server's. */
  kind?: SpanOptions["kind"];
}

export type TracePort = <T>(call: PortCall, work: () => Promise<T>) => Promise<T>;

/** Puts a span around a call of a port. What is done on nobody's behalf, such as looking at a queue, gets none. */
export function tracePort(tracer: Tracer): TracePort {
  return async ({ name, attributes, kind = "client" }, work) => {
    const parent = tracer.current();
    if (parent === undefined) return work();
    const span = tracer.start(name, { kind, parent: parent.traceparent, attributes });
    try {
      const result = await work();
      span.end();
      return result;
    } catch (error) {
      span.end(failureOf(error));
      throw error;
    }
  };
}

/** A word of the error catalogue. The text of an error can hold anything. */
export function failureOf(error: unknown): string {
  return appErrorFrom(error).reason;
}
