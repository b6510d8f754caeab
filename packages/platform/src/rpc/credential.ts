import { createHash, timingSafeEqual } from "node:crypto";
import type { HandlerContext, Interceptor } from "@connectrpc/connect";
import { health } from "@parlance/contracts";
import { AppError } from "../app-error.ts";
import { toConnectError } from "../errors.ts";
import type { Secret } from "../secret.ts";

/**
 * Lets in only callers that know the installation's token, or one of them, before anything of their message is read. Health is open to probes.
 * @throws ConnectError UNAUTHENTICATED
 */
export function requireCredential(token: Secret): (context: HandlerContext) => void {
  const expected = tokensOf(token).map((one) => digest(`Bearer ${one}`));
  return (context) => {
    if (context.service.typeName === health.Health.typeName) return;
    const given = digest(context.requestHeader.get("authorization") ?? "");
    // Digests have one length, so neither the token nor its length can be found by measuring time.
    if (!expected.some((one) => timingSafeEqual(given, one))) throw toConnectError(new AppError("UNAUTHENTICATED"));
  };
}

/** Adds the token to every call of a client; of several, the first. */
export function sendCredential(token: Secret): Interceptor {
  const [first = ""] = tokensOf(token);
  return (next) => (request) => {
    request.header.set("authorization", `Bearer ${first}`);
    return next(request);
  };
}

/** Of tokens separated by commas the first is sent and each is let in, so that a token can be changed process by process. */
function tokensOf(token: Secret): string[] {
  return token.reveal().split(",").filter(Boolean);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
