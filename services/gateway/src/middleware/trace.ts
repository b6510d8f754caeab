import { identityHeaders, type Tracer } from "@parlance/platform";
import type { Request, RequestHandler, Response } from "express";
import { basePath } from "../operation.ts";

const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);

/**
 * Puts a span around every request to the API, which carries on the client's trace or begins one; what the request causes finds the span
 * in place of the client's header. Named by the route, because a path holds what the client typed.
 */
export function traceRequests(tracer: Tracer): RequestHandler {
  return (req, res, next) => {
    if (!req.url.startsWith(`${basePath}/`)) {
      next();
      return;
    }
    const known = methods.has(req.method);
    const method = known ? req.method : "_OTHER";
    const name = known ? method : "HTTP";
    const given = req.headers[identityHeaders.traceparent];
    const span = tracer.start(name, {
      kind: "server",
      parent: typeof given === "string" ? given : undefined,
      attributes: { "http.request.method": method, "url.scheme": req.protocol === "https" ? "https" : "http" },
    });
    req.headers[identityHeaders.traceparent] = span.traceparent;
    res.once("close", () => {
      const route = routeOf(req);
      if (route !== undefined) {
        span.rename(`${name} ${route}`);
        span.set({ "http.route": route });
      }
      if (res.headersSent) span.set({ "http.response.status_code": res.statusCode });
      span.end(failureOf(res));
    });
    next();
  };
}

/** The template, such as /api/v2/get-chatbot/:chatbotId. */
function routeOf(req: Request): string | undefined {
  const route = req.route as { path: string } | undefined;
  return route?.path;
}

function failureOf(res: Response): string | undefined {
  if (!res.writableFinished) return "disconnected";
  return res.statusCode >= 500 ? String(res.statusCode) : undefined;
}
