import { createClients, createLogger, parseConfig } from "@parlance/platform";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
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

describe("a client that a generator makes", () => {
  const schemas = [...schemasOf(openApiDocument())];
  const typed = (...names: string[]) => schemas.filter(({ type }) => [type].flat().some((name) => names.includes(String(name))));

  test("can hold every number, in languages that count its bits", () => {
    const wide = typed("integer").filter(({ maximum = Infinity }) => maximum >= 2 ** 31);
    expect(wide.length).toBeGreaterThan(20);
    expect(wide.filter(({ format }) => format !== "int64")).toEqual([]);
    expect(typed("number").filter(({ format }) => format !== "double")).toEqual([]);
  });

  test("finds no field that is nothing but null, of which it could make no type", () => {
    expect(schemas.flatMap(({ properties = {} }) => Object.values(properties)).filter(({ type }) => type === "null")).toEqual([]);
  });

  test("finds a field that may be null in one piece, but for an enumeration and a component", () => {
    const divided = schemas.map(({ anyOf }) => anyOf?.find(({ type }) => type !== "null")).filter((part) => part !== undefined);
    expect(divided.filter((part) => part.enum === undefined && part.$ref === undefined)).toEqual([]);
  });

  test("reads answers that have gained fields", () => {
    expect(schemas.filter(({ additionalProperties }) => additionalProperties === false)).toEqual([]);
  });
});

interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  anyOf?: Schema[];
  maximum?: number;
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
}

/** Every object of the document, schemas among them. */
function* schemasOf(node: unknown): Generator<Schema> {
  if (typeof node !== "object" || node === null) return;
  yield node;
  for (const value of Object.values(node)) yield* schemasOf(value);
}
