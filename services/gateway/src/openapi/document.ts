import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { z } from "zod";
import { mostJsonValues } from "../json/parse-json.ts";
import { basePath, type Failure, type Operation } from "../operation.ts";
import { operations } from "../operations.ts";
import { describeFields } from "./describe-fields.ts";
import { forGenerators } from "./for-generators.ts";

const problem = z
  .object({
    status: z.literal("error"),
    message: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: "Error" });

/** Errors that any operation may answer (contract 1.8), and those that any operation with a body may. */
const commonFailures: readonly Failure[] = [
  { status: 401, message: "Authorization header is missing" },
  { status: 401, message: "Invalid Authorization header format" },
  { status: 401, message: "Invalid API key" },
  { status: 403, message: "HTTPS is required" },
  { status: 403, message: "API access is not included in your current plan" },
  { status: 405, message: "Method not allowed" },
  { status: 429, message: "Rate limit exceeded. Try again in <n> seconds." },
  { status: 500, message: "Internal server error" },
  { status: 503, message: "The service is temporarily unavailable" },
];
const bodyFailures: readonly Failure[] = [
  { status: 400, message: "Request body is not valid JSON" },
  { status: 400, message: "Request body must <rule>" },
  { status: 413, message: "Request body is too large" },
  { status: 415, message: "Content-Type must be application/json" },
  { status: 415, message: "Content-Encoding must be gzip, deflate, br or identity" },
];

/** The OpenAPI document, made from the schemas that validate. */
export function openApiDocument() {
  const document = createDocument({
    openapi: "3.1.0",
    info: {
      title: "Parlance: Chat Data API",
      version: "2.0.0",
      description: "Create chatbots, train them on your own data, ask them, and read the conversations.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "This server" }],
    security: [{ apiKey: [] }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: pathsOf(operations),
    components: { securitySchemes: { apiKey: { type: "http", scheme: "bearer", description: "An API key (sk-…)" } } },
  });
  return forGenerators(describeFields(document));
}

function pathsOf(list: readonly Operation[]): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of list) {
    const path = `${basePath}${operation.path}`;
    paths[path] = { ...paths[path], [operation.method]: operationObject(operation) };
  }
  return paths;
}

function operationObject({ operationId, tag, summary, ...operation }: Operation): ZodOpenApiOperationObject {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
  return {
    operationId,
    tags: [tag],
    summary,
    requestParams: {
      ...(names.length > 0 && { path: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) }),
      ...(operation.query !== undefined && { query: operation.query as z.ZodObject }),
    },
    ...(operation.body !== undefined && {
      requestBody: {
        description: `At most 10 MiB and ${mostJsonValues.toLocaleString("en")} values`,
        required: operation.bodyOptional !== true,
        content: { "application/json": { schema: operation.body } },
      },
    }),
    responses: { 200: successOf(operation.answer), ...failuresOf(operation) },
  };
}

function successOf(answer: Operation["answer"]) {
  if (answer !== "text") return { description: "Success", content: { "application/json": { schema: answer } } };
  const headers = z.object({
    "X-Conversation-Id": z.string().meta({
      description: "The conversation, also when its id was made up here; percent-encoded where it holds more than printable ASCII",
    }),
    "X-Cost-Credits": z.string().optional().meta({ description: "Credits spent; not on streamed answers" }),
    "X-Bot-Silent": z.enum(["live-chat", "bot-control"]).optional().meta({ description: "Why the answer is empty" }),
  });
  return {
    description: "The answer as bare text; with stream, in pieces as they are made",
    headers,
    content: { "text/plain": { schema: z.string() } },
  };
}

/** One response per status; its description lists the messages. */
function failuresOf({ failures = [], body }: Pick<Operation, "failures" | "body">) {
  const all = [...failures, ...commonFailures, ...(body === undefined ? [] : bodyFailures)];
  const byStatus = Map.groupBy(all, ({ status }) => status);
  const statuses = [...byStatus.keys()].sort((first, second) => first - second);
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: (byStatus.get(status) ?? []).map(({ message }) => message).join("; "),
        content: { "application/json": { schema: problem } },
      },
    ]),
  );
}
