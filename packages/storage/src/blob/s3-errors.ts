import { S3ServiceException } from "@aws-sdk/client-s3";
import { StoreError } from "@parlance/ports";

/** Runs a request, and turns what the client throws into a StoreError, or into the reason of the caller's abort. */
export async function s3Request<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    throw asStoreError(error);
  }
}

/** As `s3Request`; undefined when there is no such object. A bucket that is missing is an error. */
export async function unlessNoObject<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
  return s3Request(async () => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === "NoSuchKey") return undefined;
      throw error;
    }
  }, signal);
}

/** The message names neither key nor content, which the server's own messages may quote. */
function asStoreError(error: unknown): unknown {
  if (error instanceof StoreError) return error;
  if (error instanceof S3ServiceException) {
    const status = error.$metadata.httpStatusCode ?? "nothing";
    return new StoreError("unavailable", `S3 answered ${status} (${error.name})`, { cause: error });
  }
  if (!(error instanceof Error)) return error;
  const reason = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return new StoreError("unavailable", `S3 cannot be reached (${reason})`, { cause: error });
}
