import { RestError } from "@azure/storage-blob";
import { StoreError } from "@parlance/ports";

/** Long enough for a part of 8 MiB and the client's own retries; without it a silent server would hold a request for good. */
const requestMs = 60_000;

/**
 * Runs a request with a time limit, and turns what the client throws into a StoreError, or into the reason of the caller's abort.
 * The limit ends when the answer begins.
 */
export async function azureRequest<T>(work: (abortSignal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
  signal?.throwIfAborted();
  const ending = new AbortController();
  const end = () => ending.abort();
  const limit = setTimeout(end, requestMs);
  signal?.addEventListener("abort", end, { once: true });
  try {
    return await work(ending.signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (ending.signal.aborted) throw new StoreError("unavailable", `Azure gave no answer in ${requestMs} ms`, { cause: error });
    throw asStoreError(error);
  } finally {
    clearTimeout(limit);
    signal?.removeEventListener("abort", end);
  }
}

/** As `azureRequest`; undefined when there is no such blob. A container that is missing is an error. */
export async function unlessNoBlob<T>(
  work: (abortSignal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  return azureRequest(async (abortSignal) => {
    try {
      return await work(abortSignal);
    } catch (error) {
      if (error instanceof RestError && error.code === "BlobNotFound") return undefined;
      throw error;
    }
  }, signal);
}

/** The message names neither key nor content, which the server's own messages may quote. */
function asStoreError(error: unknown): unknown {
  if (error instanceof StoreError || !(error instanceof Error)) return error;
  const code = error instanceof RestError ? (error.code ?? error.name) : error.name;
  const status = error instanceof RestError ? error.statusCode : undefined;
  const message = status === undefined ? `Azure cannot be reached (${code})` : `Azure answered ${status} (${code})`;
  return new StoreError("unavailable", message, { cause: error });
}
