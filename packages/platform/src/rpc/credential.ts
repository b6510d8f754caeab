import { createHash, timingSafeEqual } from "node:crypto";
import { Code, ConnectError, type HandlerContext, type Interceptor } from "@connectrpc/connect";
import { common, health } from "@parlance/contracts";
import { AppError } from "../app-error.ts";
import { errorCatalogue } from "../error-catalogue.ts";
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
    if (!expected.some((one) => timingSafeEqual(given, one))) throw turnAway();
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

/** What a caller gets that is not let in, by token or by certificate. Marked, because then no handler has seen the call. */
export function turnAway(message: string = errorCatalogue.UNAUTHENTICATED.message): ConnectError {
  return toConnectError(new AppError("UNAUTHENTICATED", { message, metadata: { [mark]: "true" } }));
}

/** Whether a service turned a call away before any handler saw it. */
export function isTurnedAway(error: unknown): error is ConnectError {
  return (
    error instanceof ConnectError && error.findDetails(common.ErrorInfoSchema).some(({ metadata }) => metadata[mark] === "true")
  );
}

const mark = "turnedAway";

/**
 * What that is to the process that called: it cannot reach the service, until somebody gives both what they need to know each other. Whoever asked
 * this process for something has shown a credential that is valid, and is not to blame.
 */
export function turnedAway(error: ConnectError): ConnectError {
  const isToken = error.rawMessage === errorCatalogue.UNAUTHENTICATED.message;
  const why = isToken ? "give every process of the installation the same PARLANCE_RPC_TOKEN" : error.rawMessage;
  return new ConnectError(`the service takes no calls of this process: ${why}`, Code.Unavailable, undefined, undefined, error);
}

/** Of tokens separated by commas the first is sent and each is let in, so that a token can be changed process by process. */
function tokensOf(token: Secret): string[] {
  return token.reveal().split(",").filter(Boolean);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
