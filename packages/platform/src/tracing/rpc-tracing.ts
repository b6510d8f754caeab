import { Code, ConnectError, type Interceptor, type StreamRequest, type UnaryRequest } from "@connectrpc/connect";
import { health } from "@parlance/contracts";
import { identityHeaders } from "../identity.ts";
import { spanMessages, type MessagesSpan } from "./span-messages.ts";
import type { Span, SpanOptions, Tracer } from "./tracer.ts";

/** A span around every call that a handler answers. Stands outermost, so that it sees the code that goes to the caller. */
export function traceHandlers(tracer: Tracer): Interceptor {
  return traceRpc(tracer, { kind: "server", isFailure: (code) => faultsOfServer.has(code) });
}

/** A span around every call that is made, of its own for each repetition. */
export function traceCalls(tracer: Tracer): Interceptor {
  return traceRpc(tracer, { kind: "client", isFailure: () => true });
}

/** The codes that the semantic conventions count as a server's failure; any other is an answer. */
const faultsOfServer: ReadonlySet<Code> = new Set([
  Code.Unknown,
  Code.DeadlineExceeded,
  Code.Unimplemented,
  Code.Internal,
  Code.Unavailable,
  Code.DataLoss,
]);

interface Side {
  kind: SpanOptions["kind"];
  isFailure: (code: Code) => boolean;
}

/**
 * Whose span it is, is told by the request's header and by nothing else: what the handler or the other side then reads there is the new
 * span, so that one rule holds for all transports.
 */
function traceRpc(tracer: Tracer, { kind, isFailure }: Side): Interceptor {
  return (next) => async (request) => {
    if (request.service.typeName === health.Health.typeName) return next(request);
    const span = startSpan(tracer, kind, request);
    const fail = (code: Code) => {
      const name = nameOf(code);
      span.set({ "rpc.status_code": name });
      span.end(isFailure(code) ? name : undefined);
    };
    const end: MessagesSpan["end"] = (outcome) => {
      if (typeof outcome === "object") {
        fail(codeOf(outcome.error, Code.Unknown));
      } else if (outcome === "abandoned") {
        fail(Code.Canceled);
      } else {
        span.set({ "rpc.status_code": "OK" });
        span.end();
      }
    };
    try {
      const response = await tracer.within(span, () => next(request));
      if (!response.stream) {
        end("complete");
        return response;
      }
      // A caller that leaves a stream tells only by its signal.
      if (kind === "client")
        request.signal.addEventListener("abort", () => fail(codeOf(request.signal.reason, Code.Canceled)), { once: true });
      return { ...response, message: spanMessages(response.message, { tracer, span, end }) };
    } catch (error) {
      end({ error });
      throw error;
    }
  };
}

function startSpan(tracer: Tracer, kind: SpanOptions["kind"], request: UnaryRequest | StreamRequest): Span {
  const method = `${request.service.typeName}/${request.method.name}`;
  const span = tracer.start(method, {
    kind,
    parent: request.header.get(identityHeaders.traceparent) ?? undefined,
    attributes: { "rpc.system.name": "grpc", "rpc.method": method },
  });
  request.header.set(identityHeaders.traceparent, span.traceparent);
  return span;
}

function codeOf(error: unknown, otherwise: Code): Code {
  return ConnectError.from(error, otherwise).code;
}

/** In the letters of gRPC, such as NOT_FOUND. */
function nameOf(code: Code): string {
  return code === Code.Canceled ? "CANCELLED" : (Code[code] ?? "UNKNOWN").replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}
