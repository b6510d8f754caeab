import { EgressError } from "./egress-error.ts";

/** Names of undici's errors, which is not loaded to compare with: most processes never make an outbound call. */
const notHttp = new Set(["HTTPParserError", "ResponseContentLengthMismatchError"]);

/** What went wrong after the connection stood. */
export function toEgressError(error: unknown): EgressError {
  if (error instanceof EgressError) return error;
  const name = error instanceof Error ? error.name : "";
  if (name === "HeadersOverflowError") {
    return new EgressError("protocol", "The head of the answer is too large", { cause: error });
  }
  if (notHttp.has(name)) return new EgressError("protocol", "The answer is not valid HTTP", { cause: error });
  return new EgressError("unreachable", "The connection broke before the answer was whole", { cause: error });
}
