import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { common } from "@parlance/contracts";
import { AppError } from "../app-error.ts";
import { appErrorFrom, toConnectError } from "../errors.ts";
import { identityHeaders, traceIdOf } from "../identity.ts";
import type { Logger } from "../logger.ts";

/**
 * The outermost interceptor of a server, on every transport: turns whatever a handler throws, also in the middle of a stream, into an
 * RPC error with its reason, and logs once, with the cause, what is the server's own fault.
 */
export function errorInterceptor(log: Logger): Interceptor {
  return (next) => async (request) => {
    const translate = (error: unknown): ConnectError => {
      const translated = isReset(error, request.signal) ? new AppError("CANCELED", { cause: error }) : appErrorFrom(error);
      report(log, translated, {
        method: `${request.service.typeName}/${request.method.name}`,
        requestId: request.header.get(identityHeaders.requestId) ?? undefined,
        traceId: traceIdOf(request.header.get(identityHeaders.traceparent)),
      });
      return toConnectError(translated);
    };
    try {
      const response = await next(request);
      return response.stream ? { ...response, message: translateThrown(response.message, translate) } : response;
    } catch (error) {
      throw translate(error);
    }
  };
}

async function* translateThrown<T>(messages: AsyncIterable<T>, translate: (error: unknown) => ConnectError): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (error) {
    throw translate(error);
  }
}

/** What Node says of a write, and of a read. */
const streamIsGone: ReadonlySet<unknown> = new Set(["ERR_HTTP2_INVALID_STREAM", "ERR_STREAM_PREMATURE_CLOSE"]);

/**
 * A caller whose own deadline passed, or who leaves in the middle of an answer, resets its call, and what the library makes of that is INTERNAL;
 * but the caller has left, and nothing is wrong here.
 */
function isReset(error: unknown, { aborted, reason }: AbortSignal): boolean {
  if (error instanceof ConnectError) return error === reason && error.code === Code.Internal;
  return aborted && error instanceof Error && "code" in error && streamIsGone.has(error.code);
}

/** An upstream service that named the reason has logged the cause already. */
function isRelayed({ cause }: AppError): boolean {
  return cause instanceof ConnectError && cause.findDetails(common.ErrorInfoSchema).length > 0;
}

function report(log: Logger, error: AppError, fields: Readonly<Record<string, string | undefined>>): void {
  if (isRelayed(error)) return;
  if (error.kind === "internal") log.error({ ...fields, err: error }, "call failed");
  else if (error.kind === "unavailable") log.warn({ ...fields, err: error }, "call could not be served");
}
