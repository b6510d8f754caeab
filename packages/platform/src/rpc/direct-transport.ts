import type { DescMethod, Message } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type Interceptor,
  type StreamRequest,
  type StreamResponse,
  type Transport,
  type UnaryRequest,
  type UnaryResponse,
} from "@connectrpc/connect";
import { timeoutOf } from "./deadline.ts";
import { Call, type CallOptions } from "./call.ts";
import { crossing } from "./direct-message.ts";
import { directRequest } from "./direct-request.ts";
import type { Calling, Seam } from "./direct-side.ts";
import { directStream, requestsOf } from "./direct-stream.ts";
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
  const begin = beginning(options.shutdownSignal);
  const callOf = (method: DescMethod, signal: AbortSignal | undefined, timeoutMs: number | undefined): Calling => {
    const spec = find(method);
    if (spec === undefined)
      throw new ConnectError(`${method.parent.typeName}/${method.name} is not served here`, Code.Unimplemented);
    if (signal?.aborted === true) throw ConnectError.from(signal.reason, Code.Canceled);
    return { spec, call: begin({ timeoutMs: timeoutOf(method, timeoutMs), signal }), seam };
  };
  /* oxlint-disable max-params -- connect's interface has six. */
  return {
    async unary(method, signal, timeoutMs, header, input, contextValues) {
      const message = seam.cross(method.input, input);
      const calling = callOf(method, signal, timeoutMs);
      const request = directRequest<UnaryRequest>(calling.call, { stream: false, method, message, header, contextValues });
      return (await directUnary(calling, request)) as UnaryResponse<typeof method.input, typeof method.output>;
    },
    async stream(method, signal, timeoutMs, header, input, contextValues) {
      const calling = callOf(method, signal, timeoutMs);
      const message = requestsOf(calling, input as AsyncIterable<Message>);
      const request = directRequest<StreamRequest>(calling.call, { stream: true, method, message, header, contextValues });
      return (await directStream(calling, request)) as StreamResponse<typeof method.input, typeof method.output>;
    },
  };
}

/** Opens calls, all of which are told when the process stops. One listener for all: to add one and remove it costs a tenth of a call. */
function beginning(shutdownSignal: AbortSignal | undefined): (options: CallOptions) => Call {
  const running = new Set<Call>();
  const onShutdown = () => {
    for (const call of running) call.stop();
  };
  shutdownSignal?.addEventListener("abort", onShutdown, { once: true });
  return (options) => {
    const call = new Call(options);
    if (shutdownSignal?.aborted === true) call.stop();
    running.add(call);
    call.onClosed(() => running.delete(call));
    return call;
  };
}
