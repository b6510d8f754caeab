import { ModelUnavailableError } from "@parlance/ports";
import { APIConnectionError, APIConnectionTimeoutError, APIError } from "openai";

/**
 * What went wrong in words of ours. Neither message nor cause of the provider's error is kept: they may hold the key, the prompt or
 * what a visitor typed.
 */
export function toModelUnavailable(error: unknown, server: ServerRole): ModelUnavailableError {
  if (error instanceof ModelUnavailableError) return error;
  return new ModelUnavailableError(describeFailure(error, server), { refused: isRefusal(error) });
}

/** What a server is asked for; an operator may have set two. */
export type ServerRole = "model" | "embedding";

/** Whether the same request may succeed a moment later: no connection, overload, or a fault of the server. */
export function isTransient(error: unknown): boolean {
  if (error instanceof APIConnectionError || error instanceof StreamBrokenError) {
    return true;
  }
  if (error instanceof APIError) {
    const status = statusOf(error);
    // An exhausted account answers 429 as well, and no retry fills it.
    return status === undefined || status === 408 || status >= 500 || (status === 429 && error.code !== "insufficient_quota");
  }
  // What the transport throws in the middle of a body is a plain TypeError.
  return error instanceof TypeError;
}

/** Whether the server answered that it does not want the request, now or later. */
function isRefusal(error: unknown): boolean {
  return error instanceof APIError && statusOf(error) !== undefined && !isTransient(error);
}

/** Whether the server takes the request but for its temperature. */
export function refusesTemperature(error: unknown): boolean {
  return error instanceof APIError && statusOf(error) === 400 && error.param === "temperature";
}

/** The stream ended before the server said that the answer is complete. */
export class StreamBrokenError extends Error {
  override readonly name = "StreamBrokenError";
}

function describeFailure(error: unknown, server: ServerRole): string {
  if (error instanceof APIConnectionTimeoutError) {
    return `The ${server} server did not answer in time.`;
  }
  if (error instanceof APIConnectionError) {
    return `The ${server} server cannot be reached.`;
  }
  if (error instanceof APIError) {
    return describeStatus(statusOf(error), server);
  }
  if (error instanceof StreamBrokenError || error instanceof TypeError) {
    return `The ${server} server broke off its answer.`;
  }
  return `The ${server} server gave an answer that cannot be read.`;
}

function describeStatus(status: number | undefined, server: ServerRole): string {
  switch (status) {
    case undefined:
      return `The ${server} server reported a failure within its answer.`;
    case 401:
    case 403:
      return `The ${server} server refused the key (status ${status}).`;
    case 404:
      return `The ${server} server does not know the model or the path (status 404).`;
    case 429:
      return `The ${server} server is overloaded or its quota is used up (status 429).`;
    default:
      return `The ${server} server ${status >= 500 ? "failed" : "refused the request"} (status ${status}).`;
  }
}

/** The provider's type says `any` for some of its subclasses. */
function statusOf(error: APIError): number | undefined {
  const status: unknown = error.status;
  return typeof status === "number" ? status : undefined;
}
