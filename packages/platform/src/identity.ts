import type { CallOptions, HandlerContext } from "@connectrpc/connect";
import { asTenant, type Tenant } from "@parlance/ports";
import { AppError } from "./app-error.ts";
import { DirectContext } from "./rpc/direct-reply.ts";

/**
 * Identity and trace travel in headers, on every transport: client context values do not reach a handler, and
 * AsyncLocalStorage would leak through the direct transport and vanish over the network.
 */
export const identityHeaders = {
  user: "x-parlance-user",
  requestId: "x-request-id",
  traceparent: "traceparent",
} as const;

/** Who asks, and under which request. An event carries the same, so a consumer can pass it on. */
export interface Identity {
  tenant: Tenant;
  requestId?: string | undefined;
  traceparent?: string | undefined;
}

/** The trace of a W3C traceparent, which is version-traceId-parentId-flags; undefined for what is none. */
export function traceIdOf(traceparent: string | null | undefined): string | undefined {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(traceparent ?? "")?.[1];
}

/** @throws AppError IDENTITY_MISSING when the call names no user. */
export function identityOf(context: HandlerContext): Identity {
  const header = (name: string) => (context instanceof DirectContext ? context.header(name) : context.requestHeader.get(name));
  const user = header(identityHeaders.user);
  if (user === null || user === "") throw new AppError("IDENTITY_MISSING");
  return {
    tenant: asTenant(user),
    requestId: header(identityHeaders.requestId) ?? undefined,
    traceparent: header(identityHeaders.traceparent) ?? undefined,
  };
}

/**
 * Options for a call made on behalf of a request or an event: its identity, its cancellation and what is left of its deadline.
 * `timeoutMs` shortens the deadline, never lengthens it.
 * @throws AppError DEADLINE_EXCEEDED when nothing of it is left, IDENTITY_MISSING when the call names no user.
 */
export function callOptions(
  source: HandlerContext | Identity,
  options: { signal?: AbortSignal | undefined; timeoutMs?: number | undefined } = {},
): CallOptions {
  const handler = "requestHeader" in source ? source : undefined;
  const identity = handler === undefined ? (source as Identity) : identityOf(handler);
  const headers: Record<string, string> = { [identityHeaders.user]: identity.tenant };
  if (identity.requestId !== undefined) headers[identityHeaders.requestId] = identity.requestId;
  if (identity.traceparent !== undefined) headers[identityHeaders.traceparent] = identity.traceparent;
  const limits = [handler?.timeoutMs(), options.timeoutMs].filter((limit) => limit !== undefined);
  if (limits.some((limit) => limit <= 0)) throw new AppError("DEADLINE_EXCEEDED");
  const signals = [handler?.signal, options.signal].filter((signal) => signal !== undefined);
  const result: CallOptions = { headers };
  if (limits.length > 0) result.timeoutMs = Math.min(...limits);
  const [first] = signals;
  if (first !== undefined) result.signal = signals.length === 1 ? first : AbortSignal.any(signals);
  return result;
}
