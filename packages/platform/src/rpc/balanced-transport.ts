import type { DescMessage, DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Idempotency } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type StreamResponse } from "@connectrpc/connect";
import { isLocalBreak, isUntrusted, wasNeverSent } from "./broken-connections.ts";
import { Call, type CallOptions } from "./call.ts";
import type { Logger } from "../logger.ts";
import { isTurnedAway, turnedAway } from "./credential.ts";
import { timeoutOf } from "./deadline.ts";
import { Endpoints, type Endpoint, type EndpointsOptions } from "./endpoints.ts";
import { createRpcTransport, type RpcTransport, type RpcTransportOptions } from "./grpc-transport.ts";

export interface BalancedTransportOptions
  extends Pick<EndpointsOptions, "urls" | "resolve">, Pick<RpcTransportOptions, "token" | "tls" | "interceptors"> {
  /** Told once of each replica that this process does not trust, or the other way round, since calls that others take tell nobody. */
  log?: Logger | undefined;
}

const maxAttempts = 3;
const pauseMs = 50;

/**
 * Calls the replicas of a service in turn, and is the one place where a call is repeated: on another replica, within its deadline, when
 * the request never reached a handler, or when the connection broke and the method has no side effects or is idempotent. An answer of
 * a handler, whatever it is, is never asked for again. A replica that does not know the caller's credential has as good as not been reached.
 */
export function createBalancedTransport(options: BalancedTransportOptions): RpcTransport {
  const endpoints = new Endpoints({
    ...options,
    connect: (url, serverName) =>
      createRpcTransport({ url, serverName, token: options.token, tls: options.tls, interceptors: options.interceptors ?? [] }),
  });
  const budget = createBudget();
  const strangers = new WeakSet<Endpoint>();
  const meetStranger = (endpoint: Endpoint, reason: string) => {
    if (!strangers.has(endpoint))
      options.log?.warn({ address: endpoint.url, reason }, "a replica and this process do not trust each other");
    strangers.add(endpoint);
  };

  const attempt = async <T>(
    call: { method: DescMethod; signal: AbortSignal | undefined; timeoutMs: number | undefined; repeatable: boolean },
    run: (transport: RpcTransport, timeoutMs: number) => Promise<T>,
  ): Promise<T> => {
    const limitMs = timeoutOf(call.method, call.timeoutMs);
    const deadline = performance.now() + limitMs;
    const tried = new Set<Endpoint>();
    budget.earn();
    await untilKnown(endpoints, { timeoutMs: limitMs, signal: call.signal });
    for (let attempts = 1; ; attempts++) {
      const endpoint = await endpoints.next(tried);
      // There is no other that could be asked, so they may all be restarting.
      if (tried.has(endpoint)) await new Promise((resolve) => setTimeout(resolve, pauseMs * Math.random()));
      tried.add(endpoint);
      const began = performance.now();
      try {
        const answer = await run(endpoint.transport, Math.max(1, deadline - began));
        endpoints.wake(endpoint);
        strangers.delete(endpoint);
        return answer;
      } catch (error) {
        const refused = isTurnedAway(error) ? turnedAway(error) : undefined;
        if (refused !== undefined) meetStranger(endpoint, refused.rawMessage);
        else if (isUntrusted(error)) meetStranger(endpoint, error.rawMessage);
        if (refused !== undefined || isLocalBreak(error) || isHang(error, performance.now() - began)) endpoints.rest(endpoint);
        const mayRepeat = refused !== undefined || wasNeverSent(error) || (call.repeatable && isLocalBreak(error));
        const left = deadline - performance.now() - pauseMs;
        if (!mayRepeat || attempts === maxAttempts || left <= 0 || call.signal?.aborted === true || !budget.spend())
          throw refused ?? error;
      }
    }
  };

  /* oxlint-disable max-params -- connect's interface has six. */
  return {
    unary: (method, signal, timeoutMs, header, input, contextValues) =>
      attempt({ method, signal, timeoutMs, repeatable: isRepeatable(method) }, (transport, leftMs) =>
        transport.unary(method, signal, leftMs, new Headers(header), input, contextValues),
      ),
    stream: async (method, signal, timeoutMs, header, input, contextValues) => {
      // A stream from the client can be read once; one message can be sent again.
      const messages = method.methodKind === "server_streaming" ? await Array.fromAsync(input) : undefined;
      return attempt({ method, signal, timeoutMs, repeatable: false }, async (transport, leftMs) => {
        const again = messages === undefined ? input : replay(messages);
        return begun(await transport.stream(method, signal, leftMs, new Headers(header), again, contextValues));
      });
    },
    close: () => endpoints.close(),
  };
}

/** The name service may hang, and knows nothing of the call's deadline. */
async function untilKnown(endpoints: Endpoints, { timeoutMs, signal }: CallOptions): Promise<void> {
  if (endpoints.isKnown) return;
  if (signal?.aborted === true) throw ConnectError.from(signal.reason, Code.Canceled);
  const call = new Call({ timeoutMs, signal });
  await call.race(endpoints.known()).finally(() => call.end());
}

async function* replay<T>(messages: readonly T[]): AsyncGenerator<T> {
  yield* messages;
}

/** Waits for the first message: a stream that no handler has taken up may end without one, after headers as of any other. */
async function begun<I extends DescMessage, O extends DescMessage>(response: StreamResponse<I, O>): Promise<StreamResponse<I, O>> {
  const messages = response.message[Symbol.asyncIterator]();
  return { ...response, message: goOn(await messages.next(), messages) };
}

async function* goOn<T>(first: IteratorResult<T>, messages: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    for (let next = first; next.done !== true; next = await messages.next()) yield next.value;
  } finally {
    await messages.return?.();
  }
}

function isRepeatable({ idempotency }: DescMethod): boolean {
  return idempotency === Idempotency.NO_SIDE_EFFECTS || idempotency === Idempotency.IDEMPOTENT;
}

/** A replica that answers nothing at all for long is likelier to hang than to be busy. */
function isHang(error: unknown, elapsedMs: number): boolean {
  return error instanceof ConnectError && error.code === Code.DeadlineExceeded && !error.isWireError && elapsedMs >= 1_000;
}

/** Repetitions may add a tenth to the calls, beyond a few that are always there, so that an outage is not met by a storm. */
function createBudget() {
  const most = 20;
  let tokens = most;
  return {
    earn: () => {
      tokens = Math.min(most, tokens + 0.1);
    },
    spend: () => {
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
