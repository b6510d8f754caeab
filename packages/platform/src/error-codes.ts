import { Code } from "@connectrpc/connect";
import type { ErrorKind, ErrorReason } from "./error-catalogue.ts";

/** The RPC code and, at the edge, the HTTP status of each kind of error. */
export const errorCodes = {
  invalid: { code: Code.InvalidArgument, httpStatus: 400 },
  out_of_range: { code: Code.OutOfRange, httpStatus: 400 },
  precondition: { code: Code.FailedPrecondition, httpStatus: 400 },
  unauthenticated: { code: Code.Unauthenticated, httpStatus: 401 },
  forbidden: { code: Code.PermissionDenied, httpStatus: 403 },
  not_found: { code: Code.NotFound, httpStatus: 404 },
  already_exists: { code: Code.AlreadyExists, httpStatus: 409 },
  version_conflict: { code: Code.Aborted, httpStatus: 409 },
  exhausted: { code: Code.ResourceExhausted, httpStatus: 429 },
  unavailable: { code: Code.Unavailable, httpStatus: 503 },
  timeout: { code: Code.DeadlineExceeded, httpStatus: 504 },
  canceled: { code: Code.Canceled, httpStatus: 499 },
  unimplemented: { code: Code.Unimplemented, httpStatus: 501 },
  internal: { code: Code.Internal, httpStatus: 500 },
} as const satisfies Record<ErrorKind, { code: Code; httpStatus: number }>;

/** What a code means when the error names no reason: it came from the network, from a library or from a service not of ours. */
export const genericReasons = {
  [Code.Canceled]: "CANCELED",
  [Code.Unknown]: "INTERNAL",
  [Code.InvalidArgument]: "INVALID_REQUEST",
  [Code.DeadlineExceeded]: "DEADLINE_EXCEEDED",
  [Code.NotFound]: "NOT_FOUND",
  [Code.AlreadyExists]: "ALREADY_EXISTS",
  [Code.PermissionDenied]: "FORBIDDEN",
  [Code.ResourceExhausted]: "RESOURCE_EXHAUSTED",
  [Code.FailedPrecondition]: "PRECONDITION_FAILED",
  [Code.Aborted]: "VERSION_CONFLICT",
  [Code.OutOfRange]: "OUT_OF_RANGE",
  [Code.Unimplemented]: "UNIMPLEMENTED",
  [Code.Internal]: "INTERNAL",
  [Code.Unavailable]: "SERVICE_UNAVAILABLE",
  [Code.DataLoss]: "INTERNAL",
  [Code.Unauthenticated]: "UNAUTHENTICATED",
} as const satisfies Record<Code, ErrorReason>;
