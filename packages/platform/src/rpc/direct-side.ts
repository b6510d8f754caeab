import type { Interceptor, MethodImplSpec, StreamRequest, UnaryRequest } from "@connectrpc/connect";
import type { Call } from "./call.ts";
import type { Cross } from "./direct-message.ts";
import { directRequest, headersOf } from "./direct-request.ts";

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

type AnyFn = ReturnType<Interceptor>;

/** Wraps a call in interceptors, the first outermost. */
export function intercept(call: AnyFn, interceptors: readonly Interceptor[]): AnyFn {
  return interceptors.reduceRight((next, interceptor) => interceptor(next), call);
}

/** The request as the handler's side gets it: its own copy of the headers, and none of the caller's context values. */
export function received<Request extends UnaryRequest | StreamRequest>(request: Request, call: Call): Request {
  const { stream, method, message } = request;
  return directRequest(call, { stream, method, message, header: headersOf(request) });
}
