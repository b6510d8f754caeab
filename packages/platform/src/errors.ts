import { ConnectError } from "@connectrpc/connect";
import { common } from "@parlance/contracts";
import { ModelUnavailableError, StoreError, type StoreErrorKind } from "@parlance/ports";
import { AppError, type AppErrorOptions } from "./app-error.ts";
import { errorCatalogue, type ErrorReason } from "./error-catalogue.ts";
import { errorCodes, genericReasons } from "./error-codes.ts";

/**
 * What any thrown value means: an RPC error by its ErrorInfo detail or else by its code, an abort as CANCELED, a timeout as
 * DEADLINE_EXCEEDED, a port's error by its kind. Everything else is INTERNAL, with the value as the cause and nothing of it in the message.
 */
export function appErrorFrom(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof ConnectError) return fromConnectError(error);
  if (error instanceof StoreError) return new AppError(storeReasons[error.kind], { cause: error });
  if (error instanceof ModelUnavailableError) return new AppError("MODEL_UNAVAILABLE", { cause: error });
  if (error instanceof Error && error.name === "AbortError") return new AppError("CANCELED", { cause: error });
  if (error instanceof Error && error.name === "TimeoutError") return new AppError("DEADLINE_EXCEEDED", { cause: error });
  return new AppError("INTERNAL", { cause: error });
}

/** The error as it crosses to the caller: code, public message and reason. The cause stays here. */
export function toConnectError(error: AppError): ConnectError {
  const detail = { desc: common.ErrorInfoSchema, value: { reason: error.reason, metadata: { ...error.metadata } } };
  const message = error.kind === "internal" ? errorCatalogue[error.reason].message : error.message;
  return new ConnectError(message, errorCodes[error.kind].code, undefined, [detail], error);
}

const storeReasons = {
  already_exists: "ALREADY_EXISTS",
  version_conflict: "VERSION_CONFLICT",
  invalid: "INVALID_REQUEST",
  unavailable: "STORE_UNAVAILABLE",
  corrupt: "INTERNAL",
} as const satisfies Record<StoreErrorKind, ErrorReason>;

function fromConnectError(error: ConnectError): AppError {
  if (error.cause instanceof AppError) return error.cause;
  const [info] = error.findDetails(common.ErrorInfoSchema);
  if (info !== undefined && isReason(info.reason)) {
    return new AppError(info.reason, { metadata: info.metadata, message: error.rawMessage, cause: error });
  }
  const reason = genericReasons[error.code];
  const options: AppErrorOptions = { cause: error };
  if (explains.has(reason) && error.rawMessage !== "") options.message = error.rawMessage;
  return new AppError(reason, options);
}

/** Reasons whose text tells a caller what to do differently; the text of any other may come from a driver or the network. */
const explains: ReadonlySet<ErrorReason> = new Set<ErrorReason>([
  "INVALID_REQUEST",
  "OUT_OF_RANGE",
  "PRECONDITION_FAILED",
  "RESOURCE_EXHAUSTED",
  "UNIMPLEMENTED",
]);

function isReason(word: string): word is ErrorReason {
  return Object.hasOwn(errorCatalogue, word);
}
