import { createClients, createLogger, parseConfig } from "@parlance/platform";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { apiRoutes } from "../app.ts";
import { gatewayConfig } from "../config.ts";
import { basePath } from "../operation.ts";
import { fieldsOf, isDescribed } from "./describe-fields.ts";
import { openApiDocument } from "./document.ts";
import { fieldMeanings } from "./field-meanings.ts";
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

test("every field says what it means, and no meaning is of a field that is not there", () => {
  const fields = [...fieldsOf(openApiDocument())];
  expect(fields.length).toBeGreaterThan(200);
  expect(fields.filter(({ field }) => !isDescribed(field)).map(({ places }) => places[0])).toEqual([]);
  const places = new Set(fields.flatMap((field) => field.places));
  expect(Object.keys(fieldMeanings).filter((name) => !places.has(name))).toEqual([]);
});
