import { EgressError } from "./egress-error.ts";

/** What went wrong after the connection stood. */
export function toEgressError(error: unknown): EgressError {
  if (error instanceof EgressError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "HPE_HEADER_OVERFLOW") return new EgressError("protocol", "The head of the answer is too large", { cause: error });
  // What ends too early is no fault of its form.
  if (code.startsWith("HPE_") && code !== "HPE_INVALID_EOF_STATE")
    return new EgressError("protocol", "The answer is not valid HTTP", { cause: error });
  return new EgressError("unreachable", "The connection broke before the answer was whole", { cause: error });
}
