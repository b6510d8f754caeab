import { StoreError } from "@parlance/ports";
import { MongoError, MongoNetworkError, MongoServerError, MongoServerSelectionError, MongoWriteConcernError } from "mongodb";

// Wrong type under $inc, a path below a scalar, two changes of one path, a document over the server's limit.
const refusedChanges = new Set([14, 28, 40, 10334, 17419, 17420]);

/** What an error of the driver means to a caller of the port; other errors are passed on as they are. */
export function asStoreError(error: unknown, what: string): unknown {
  if (error instanceof StoreError) return error;
  if (isTaken(error)) return new StoreError("already_exists", `the id or a unique index of ${what} is taken`, { cause: error });
  if (error instanceof MongoServerError && refusedChanges.has(Number(error.code))) {
    return new StoreError("invalid", `a field of ${what} cannot be changed like this`, { cause: error });
  }
  // The driver's own buffer is a little larger than the largest document.
  if (error instanceof RangeError) return new StoreError("invalid", `a document of ${what} is too large`, { cause: error });
  if (error instanceof MongoError)
    return new StoreError("unavailable", `MongoDB cannot serve ${what} now (${reasonOf(error)})`, { cause: error });
  return error;
}

/** The name of what went wrong, and what to do where that alone says too little. Never the server's words, which may quote what was asked. */
export function reasonOf(error: MongoError): string {
  const name = error instanceof MongoServerError ? (error.codeName ?? `code ${error.code}`) : error.name;
  const advice = advices.find(({ names }) => names.includes(name));
  return advice === undefined ? name : `${name}; ${advice.text}`;
}

const advices: readonly { names: readonly string[]; text: string }[] = [
  { names: ["OutOfDiskSpace"], text: "its disk is full" },
  {
    names: ["NotWritablePrimary", "PrimarySteppedDown", "InterruptedDueToReplStateChange", "NotPrimaryNoSecondaryOk"],
    text: "it has no primary, or is choosing one: see rs.status()",
  },
  { names: ["Unauthorized", "AuthenticationFailed"], text: "the user of its address may not do this" },
];

export function isTaken(error: unknown): error is MongoServerError {
  return error instanceof MongoServerError && error.code === 11000;
}

/** True when the server may or may not have done what was asked: the connection broke, or the answer never came. */
export function isUncertain(error: unknown): boolean {
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError || error instanceof MongoWriteConcernError)
    return true;
  return error instanceof MongoError && (error.hasErrorLabel("RetryableWriteError") || error.hasErrorLabel("RetryableError"));
}
