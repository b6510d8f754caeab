import type { account } from "@parlance/contracts";
import { identityHeaders, type Identity } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import type { Request, Response } from "express";
import type { GatewayContext } from "../context.ts";
import { addHeader } from "../http/add-header.ts";
import { restErrors } from "../rest-error.ts";
import { requestIdOf } from "./admit.ts";

const bearerForm = /^Bearer +([^\s,]+)$/i;
const keyForm = /^sk-[A-Za-z0-9]{32}$/;
const traceparentForm = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * Resolves the API key and counts the request, in one call, and writes the RateLimit headers.
 * @returns on whose behalf the request acts
 * @throws RestError AUTH_*, RATE or PLAN_API, in this order
 */
export function authenticate({ clients, config }: GatewayContext): (req: Request, res: Response) => Promise<Identity> {
  return async (req, res) => {
    const apiKey = apiKeyOf(req.headers.authorization);
    const requestId = requestIdOf(res);
    const traceparent = traceparentOf(req);
    const headers: Record<string, string> = { [identityHeaders.requestId]: requestId };
    if (traceparent !== undefined) headers[identityHeaders.traceparent] = traceparent;
    const { userId, plan, rateLimit } = await clients.account.authenticate(
      { apiKey },
      { headers, timeoutMs: config.PARLANCE_CALL_TIMEOUT_MS },
    );
    if (rateLimit !== undefined) applyRateLimit(res, rateLimit);
    if (plan?.api !== true) throw restErrors.planApi();
    const identity = { tenant: asTenant(userId), requestId };
    return traceparent === undefined ? identity : { ...identity, traceparent };
  };
}

function traceparentOf(req: Request): string | undefined {
  const traceparent = req.headers[identityHeaders.traceparent];
  return typeof traceparent === "string" && traceparentForm.test(traceparent) ? traceparent : undefined;
}

/** A key of the wrong form is nobody's, so it is not looked up. */
function apiKeyOf(header: string | undefined): string {
  if (header === undefined || header === "") throw restErrors.authMissing();
  const key = bearerForm.exec(header)?.[1];
  if (key === undefined) throw restErrors.authFormat();
  if (!keyForm.test(key)) throw restErrors.authKey();
  return key;
}

function applyRateLimit(res: Response, rateLimit: account.RateLimit): void {
  addHeader(res, "RateLimit-Limit", rateLimit.limit);
  addHeader(res, "RateLimit-Remaining", rateLimit.remaining);
  addHeader(res, "RateLimit-Reset", rateLimit.resetSeconds);
  if (rateLimit.retryAfterSeconds > 0) throw restErrors.rate(rateLimit.retryAfterSeconds);
}
