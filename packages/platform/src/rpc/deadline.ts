import type { DescMethod } from "@bufbuild/protobuf";
import { AppError } from "../app-error.ts";
import { toConnectError } from "../errors.ts";

const unaryDefaultMs = 5_000;
const streamDefaultMs = 120_000;

/** No call may ask for longer; who needs more time starts a job. */
export const longestTimeoutMs = 3_600_000;

/** The deadline of a call whose caller gave none, in milliseconds. */
export function defaultTimeoutMs(method: DescMethod): number {
  return method.methodKind === "unary" ? unaryDefaultMs : streamDefaultMs;
}

/**
 * The deadline a caller asks for, or the default. Whole milliseconds: gRPC has no fractions.
 * @throws ConnectError INVALID_ARGUMENT when it is zero, negative, not a number or over an hour
 */
export function timeoutOf(method: DescMethod, timeoutMs: number | undefined): number {
  if (timeoutMs === undefined) return defaultTimeoutMs(method);
  if (timeoutMs > 0 && timeoutMs <= longestTimeoutMs) return Math.ceil(timeoutMs);
  throw invalidTimeout();
}

export function invalidTimeout() {
  return toConnectError(new AppError("INVALID_REQUEST", { message: "A timeout must be over zero and at most an hour" }));
}
