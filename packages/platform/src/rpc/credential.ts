import { createHash, timingSafeEqual } from "node:crypto";
import type { HandlerContext, Interceptor } from "@connectrpc/connect";
import { health } from "@parlance/contracts";
import { AppError } from "../app-error.ts";
import { toConnectError } from "../errors.ts";
import type { Secret } from "../secret.ts";

/**
 * Lets in only callers that know the installation's token, before anything of their message is read. Health is open to probes.
 * @throws ConnectError UNAUTHENTICATED
 */
export function requireCredential(token: Secret): (context: HandlerContext) => void {
  const expected = digest(`Bearer ${token.reveal()}`);
  return (context) => {
    if (context.service.typeName === health.Health.typeName) return;
    const given = context.requestHeader.get("authorization") ?? "";
    // Digests have one length, so neither the token nor its length can be found by measuring time.
    if (!timingSafeEqual(digest(given), expected)) throw toConnectError(new AppError("UNAUTHENTICATED"));
  };
}

/** Adds the token to every call of a client. */
export function sendCredential(token: Secret): Interceptor {
  return (next) => (request) => {
    request.header.set("authorization", `Bearer ${token.reveal()}`);
    return next(request);
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
