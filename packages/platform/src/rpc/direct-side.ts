import {
  createContextValues,
  type HandlerContext,
  type Interceptor,
  type MethodImplSpec,
  type StreamRequest,
  type UnaryRequest,
} from "@connectrpc/connect";
import type { Call } from "./call.ts";
import type { Cross } from "./direct-message.ts";

/** What is the same for every call of a direct transport. */
export interface Seam {
  cross: Cross;
  interceptors: readonly Interceptor[];
  clientInterceptors: readonly Interceptor[];
}

/** A call on its way to its handler. */
export interface Calling {
  spec: MethodImplSpec;
  call: Call;
  seam: Seam;
}

/** Headers and trailers of the answer, as the handler fills them. */
export interface Reply {
  readonly header: Headers;
  readonly trailer: Headers;
}

type AnyFn = ReturnType<Interceptor>;

/** Wraps a call in interceptors, the first outermost. */
export function intercept(call: AnyFn, interceptors: readonly Interceptor[]): AnyFn {
  return interceptors.reduceRight((next, interceptor) => interceptor(next), call);
}

/** The request as the handler's side gets it: its own copy of the headers, and none of the caller's context values. */
export function received<Request extends UnaryRequest | StreamRequest>(request: Request, call: Call): Request {
  return { ...request, header: new Headers(request.header), contextValues: createContextValues(), signal: call.signal };
}

export function handlerContext(request: UnaryRequest | StreamRequest, call: Call, reply: Reply): HandlerContext {
  return {
    method: request.method,
    service: request.service,
    signal: request.signal,
    timeoutMs: call.timeoutMs,
    requestMethod: request.requestMethod,
    requestHeader: request.header,
    responseHeader: reply.header,
    responseTrailer: reply.trailer,
    protocolName: "direct",
    values: request.contextValues,
    url: request.url,
  };
}
