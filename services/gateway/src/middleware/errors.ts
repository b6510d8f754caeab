import { traceIdOf, type Logger } from "@parlance/platform";
import type { ErrorRequestHandler } from "express";
import { restErrorFrom } from "../error-table.ts";
import { cutOff, sendError } from "../http/send.ts";
import { requestIdOf } from "./admit.ts";
import { DisconnectedError } from "./disconnect.ts";

/**
 * The one place where a failed request is answered, and logged when the failure is ours. What a service answered as internal was logged
 * by that service; it is named here too, so that the request id leads from one to the other.
 */
export function answerErrors(log: Logger): ErrorRequestHandler {
  return (thrown: unknown, req, res, _next) => {
    if (thrown instanceof DisconnectedError || res.destroyed) return;
    const error = restErrorFrom(thrown);
    if (error.status >= 500) {
      const { traceparent } = req.headers;
      const record = {
        requestId: requestIdOf(res),
        traceId: typeof traceparent === "string" ? traceIdOf(traceparent) : undefined,
        method: req.method,
        status: error.status,
        err: error.cause ?? error,
      };
      if (error.status === 500) log.error(record, "request failed");
      else log.warn(record, "request could not be served");
    }
    if (res.headersSent) {
      cutOff(res);
      return;
    }
    sendError(res, error);
  };
}
