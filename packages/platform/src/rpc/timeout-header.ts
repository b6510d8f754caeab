import type { IncomingHttpHeaders } from "node:http";
import type { DescMethod } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import { health } from "@parlance/contracts";
import { defaultTimeoutMs, invalidTimeout, longestTimeoutMs } from "./deadline.ts";

const grpcHeader = "grpc-timeout";
const connectHeader = "connect-timeout-ms";
const refused = "refused";

/**
 * Gives a request without a deadline the default one, and marks one whose deadline is not acceptable for {@link refuseTimeout}.
 * connect builds the handler's deadline from these headers and offers no other way in. A health watch has no default, since clients that watch take
 * its end for an outage, and refuse calls.
 * @returns the deadline in milliseconds, infinite for a watch without one
 */
export function settleTimeout(headers: IncomingHttpHeaders, method: DescMethod): number {
  const isGrpc = (headers["content-type"] ?? "").startsWith("application/grpc");
  const name = isGrpc ? grpcHeader : connectHeader;
  const given = headers[name];
  const fallback = defaultTimeoutMs(method);
  if (given === undefined && method === health.Health.method.watch) return Number.POSITIVE_INFINITY;
  if (given === undefined) {
    headers[name] = isGrpc ? `${fallback}m` : `${fallback}`;
    return fallback;
  }
  const timeoutMs = isGrpc ? parseGrpc(String(given)) : parseConnect(String(given));
  if (timeoutMs > 0 && timeoutMs <= longestTimeoutMs) return timeoutMs;
  headers[name] = refused;
  return fallback;
}

/** @throws ConnectError INVALID_ARGUMENT for a deadline of zero, over an hour, or in no known form */
export function refuseTimeout({ requestHeader }: HandlerContext): void {
  if (requestHeader.get(grpcHeader) === refused || requestHeader.get(connectHeader) === refused) throw invalidTimeout();
}

/** Milliseconds of each unit in a gRPC timeout. */
const grpcUnits: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

function parseGrpc(value: string): number {
  const [, digits, unit = ""] = /^(\d{1,8})([HMSmun])$/.exec(value) ?? [];
  return digits === undefined ? Number.NaN : Number(digits) * (grpcUnits[unit] ?? Number.NaN);
}

function parseConnect(value: string): number {
  return /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
}
