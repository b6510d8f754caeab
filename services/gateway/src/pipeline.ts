import { callOptions } from "@parlance/platform";
import type { Request, RequestHandler, Response } from "express";
import type { GatewayContext } from "./context.ts";
import { parseJsonObject } from "./json/parse-json.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { requireHttps } from "./middleware/https.ts";
import { hasBody, readBody } from "./middleware/json-body.ts";
import { createLargeBodies } from "./middleware/large-bodies.ts";
import { validate } from "./middleware/validate.ts";
import { sent, type Route } from "./route.ts";
import { sendJson } from "./http/send.ts";

/**
 * Serves routes with the checks of contract section 1.7 in their order. Route and method were checked by the router; ownership,
 * applicability and quota are checked by the services.
 */
export function createPipeline(context: GatewayContext): (route: Route) => RequestHandler {
  const { config } = context;
  const secure = requireHttps(config.PARLANCE_TRUSTED_PROXIES);
  const identify = authenticate(context);
  const largeBodies = createLargeBodies();
  return ({ operation, handle }) => {
    const { body, bodyOptional: optional = false, query } = operation;
    const takesBody = (req: Request) => body !== undefined && (!optional || hasBody(req));
    return async (req: Request, res: Response) => {
      secure(req);
      const identity = await identify(req, res);
      const bytes = takesBody(req) ? await readBody(req, res, config.PARLANCE_JSON_LIMIT_BYTES) : undefined;
      const answer = await largeBodies.inTurn(bytes?.length ?? 0, res, async () => {
        const json = bytes === undefined ? {} : parseJsonObject(bytes, { optional });
        return handle({
          params: req.params,
          query: query && validate(query, req.query),
          body: body && validate(body, json),
          identity,
          options: (limits) => callOptions(identity, { timeoutMs: config.PARLANCE_CALL_TIMEOUT_MS, ...limits }),
          req,
          res,
        });
      });
      if (answer !== sent) sendJson(res, answer);
    };
  };
}
