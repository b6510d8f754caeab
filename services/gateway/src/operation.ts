import type { z } from "zod";

/** Names between braces in an OpenAPI path. */
export type PathParameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { [Key in Name]: string } & PathParameters<Rest>
  : unknown;

/** An error that an operation may answer beyond the common set of contract section 1.8. */
export interface Failure {
  status: number;
  message: string;
}

/**
 * One endpoint as a client sees it: what it takes and what it answers. The router validates by it and openapi.yaml is written from it.
 */
export interface Operation<Path extends string = string, Query = unknown, Body = unknown> {
  operationId: string;
  tag: "Chatbots" | "Training" | "Answers" | "Conversations" | "Account";
  summary: string;
  method: "get" | "post" | "delete";
  /** Below {@link basePath}, in OpenAPI's form. */
  path: Path;
  query?: z.ZodType<Query>;
  body?: z.ZodType<Body>;
  /** The body may be left out; then it counts as an empty object. */
  bodyOptional?: true;
  /** JSON of this shape with status 200, or the bare text of an answer. */
  answer: z.ZodType | "text";
  failures?: readonly Failure[];
}

/** Where the Chat Data v2 API lives. */
export const basePath = "/api/v2";

export function operation<Path extends string, Query = undefined, Body = undefined>(
  definition: Operation<Path, Query, Body>,
): Operation<Path, Query, Body> {
  return definition;
}

/** Failures that several operations share. */
export const failures = {
  noChatbot: { status: 404, message: "Chatbot not found" },
  noConversation: { status: 404, message: "Conversation not found" },
  required: { status: 400, message: "<field> is required" },
  invalid: { status: 400, message: "<field> must be <rule>" },
  characters: { status: 402, message: "Character limit exceeded: <n> characters requested, <m> remaining" },
  gpt4: { status: 403, message: "GPT-4 is not included in your current plan" },
  noKnowledge: { status: 400, message: "This chatbot has no knowledge base" },
  modelDown: { status: 503, message: "The language model is temporarily unavailable" },
} as const satisfies Record<string, Failure>;
