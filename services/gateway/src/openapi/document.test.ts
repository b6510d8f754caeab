import { createClients, createLogger, parseConfig } from "@parlance/platform";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { apiRoutes } from "../app.ts";
import { gatewayConfig } from "../config.ts";
import { basePath } from "../operation.ts";
import { openApiDocument } from "./document.ts";
import { openApiFile, openApiYaml } from "./write.ts";

test("openapi.yaml is what the schemas say", () => {
  expect(readFileSync(openApiFile, "utf8")).toBe(openApiYaml());
});

test("every operation of openapi.yaml has a route, and every route stands in openapi.yaml", () => {
  const described = Object.entries(openApiDocument().paths ?? {}).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  const routes = apiRoutes({
    config: parseConfig(gatewayConfig, {}),
    clients: createClients(() => {
      throw new Error("no service is called here");
    }),
    log: createLogger({ service: "test", level: "silent", pretty: false }),
    ready: () => true,
  });
  const served = routes.map(({ operation }) => `${operation.method} ${basePath}${operation.path}`);
  expect(served.sort()).toEqual(described.sort());
});
