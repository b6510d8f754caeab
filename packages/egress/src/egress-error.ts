/**
 * Why an outbound call gave nothing: `blocked` by rule before anything was sent to that address; `unreachable`: no connection, or it broke;
 * `tls`: no trusted encrypted connection; `protocol`: what came is no valid HTTP.
 */
export type EgressReason = "blocked" | "unreachable" | "timeout" | "too_large" | "too_many_redirects" | "tls" | "protocol";

/** A failed outbound call. The message is for the owner who gave the address: plain words, and never what a name resolved to. */
export class EgressError extends Error {
  override readonly name = "EgressError";
  readonly reason: EgressReason;

  constructor(reason: EgressReason, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.reason = reason;
  }
}
