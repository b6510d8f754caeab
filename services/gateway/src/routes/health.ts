import { Router } from "express";
import type { GatewayContext } from "../context.ts";
import { restErrors } from "../rest-error.ts";
import { sendError, sendJson } from "../http/send.ts";

/** For whoever runs the process: does it live, and can it serve. Neither says more than that. */
export function healthRoutes({ ready }: Pick<GatewayContext, "ready">): Router {
  const router = Router({ caseSensitive: true });
  router.get("/healthz", (_req, res) => sendJson(res, { status: "ok" }));
  router.get("/readyz", (_req, res) => {
    if (ready()) sendJson(res, { status: "ready" });
    else sendError(res, restErrors.notReady());
  });
  return router;
}
