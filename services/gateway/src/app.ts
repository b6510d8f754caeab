import express, { type Express, type RequestHandler } from "express";
import type { GatewayContext } from "./context.ts";
import { admit } from "./middleware/admit.ts";
import { answerErrors } from "./middleware/errors.ts";
import { traceRequests } from "./middleware/trace.ts";
import { basePath } from "./operation.ts";
import { pageRoutes } from "./pages/pages.ts";
import { createPipeline } from "./pipeline.ts";
import { restErrors } from "./rest-error.ts";
import type { Route } from "./route.ts";
import { accountRoutes } from "./routes/account.ts";
import { answerRoutes } from "./routes/answers.ts";
import { chatRoutes } from "./routes/chat.ts";
import { chatbotRoutes } from "./routes/chatbots.ts";
import { conversationRoutes } from "./routes/conversations.ts";
import { healthRoutes } from "./routes/health.ts";
import { trainingRoutes } from "./routes/training.ts";

/** The whole HTTP surface. Every answer it does not know how to give is the contract's 404. */
export function createApp(context: GatewayContext): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  if (context.tracer !== undefined) app.use(traceRequests(context.tracer));
  app.use(admit({ headerLimitCount: context.config.PARLANCE_HEADER_LIMIT_COUNT }));
  addApi(app, apiRoutes(context), createPipeline(context));
  app.use(healthRoutes(context));
  app.use(pageRoutes(context));
  app.use(() => {
    throw restErrors.route();
  });
  app.use(answerErrors(context.log));
  return app;
}

/** Every route of the API, in the order of openapi.yaml. */
export function apiRoutes(context: GatewayContext): Route[] {
  return [chatbotRoutes, trainingRoutes, answerRoutes, chatRoutes, conversationRoutes, accountRoutes].flatMap((routes) =>
    routes(context),
  );
}

/**
 * One entry per path, so that a path that exists answers a wrong method with 405 before anything else is looked at. Whole paths instead
 * of a router below the prefix: a second router would cost every request a second search.
 */
function addApi(app: Express, routes: readonly Route[], serve: (route: Route) => RequestHandler): void {
  for (const [path, sharers] of Map.groupBy(routes, ({ operation }) => operation.path)) {
    const entry = app.route(`${basePath}${path.replaceAll(/\{(\w+)\}/g, ":$1")}`);
    for (const route of sharers) entry[route.operation.method](serve(route));
    entry.all(refuseMethod(sharers.map(({ operation }) => operation.method)));
  }
}

function refuseMethod(methods: readonly Route["operation"]["method"][]): RequestHandler {
  const allow = methods.flatMap((method) => (method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()])).join(", ");
  return () => {
    throw restErrors.method(allow);
  };
}
