import type { DescMethod } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createContextValues,
  type ContextValues,
  type Interceptor,
  type StreamResponse,
  type Transport,
  type UnaryResponse,
} from "@connectrpc/connect";
import { timeoutOf } from "./deadline.ts";
import { openCall, type Call } from "./call.ts";
import { crossing } from "./direct-message.ts";
import type { Seam } from "./direct-side.ts";
import { directStream } from "./direct-stream.ts";
import { directUnary } from "./direct-unary.ts";
import { collectImplementations, type Routes } from "./implementations.ts";

export interface DirectTransportOptions {
  /** Registers the services that live in this process. */
  routes: Routes;
  /** Around every handler, outermost first; the same that the RPC port gets. */
  interceptors?: readonly Interceptor[];
  /** Around every client call, outermost first. */
  clientInterceptors?: readonly Interceptor[];
  /** Aborts the signal of every running handler. */
  shutdownSignal?: AbortSignal;
  /** Freezes each message that crosses, so that changing it throws. For tests: costs time in proportion to the message. Default: false. */
  freezeMessages?: boolean;
}

/**
 * Calls the handler as a function: the same interceptors, codes, headers, trailers, deadlines and aborts as over the network, but nothing
 * is serialised. Both sides share each message, so neither may change it once it has crossed.
 */
export function createDirectTransport(options: DirectTransportOptions): Transport {
  const find = collectImplementations(options.routes);
  const seam: Seam = {
    cross: crossing({ freeze: options.freezeMessages ?? false }),
    interceptors: options.interceptors ?? [],
    clientInterceptors: options.clientInterceptors ?? [],
  };
  const begin = (method: DescMethod, signal: AbortSignal | undefined, timeoutMs: number | undefined) => {
    const spec = find(method);
    if (spec === undefined)
      throw new ConnectError(`${method.parent.typeName}/${method.name} is not served here`, Code.Unimplemented);
    if (signal?.aborted === true) throw ConnectError.from(signal.reason, Code.Canceled);
    const call = openCall({ timeoutMs: timeoutOf(method, timeoutMs), signal, shutdownSignal: options.shutdownSignal });
    return { spec, call, seam };
  };
  /* oxlint-disable max-params -- connect's interface has six. */
  return {
    async unary(method, signal, timeoutMs, header, input, contextValues) {
      const message = seam.cross(method.input, input);
      const calling = begin(method, signal, timeoutMs);
      const request = { ...common(method, calling.call, { header, contextValues }), method, stream: false as const, message };
      return (await directUnary(calling, request)) as UnaryResponse<typeof method.input, typeof method.output>;
    },
    async stream(method, signal, timeoutMs, header, input, contextValues) {
      const calling = begin(method, signal, timeoutMs);
      const request = { ...common(method, calling.call, { header, contextValues }), method, stream: true as const, message: input };
      return (await directStream(calling, request as never)) as StreamResponse<typeof method.input, typeof method.output>;
    },
  };
}

function common(
  method: DescMethod,
  call: Call,
  from: { header: ConstructorParameters<typeof Headers>[0] | undefined; contextValues: ContextValues | undefined },
) {
  return {
    service: method.parent,
    requestMethod: "POST",
    url: `direct:/${method.parent.typeName}/${method.name}`,
    signal: call.signal,
    header: new Headers(from.header),
    contextValues: from.contextValues ?? createContextValues(),
  };
}
