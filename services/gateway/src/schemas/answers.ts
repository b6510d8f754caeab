import { z } from "zod";
import { failures, operation } from "../operation.ts";
import { baseModels, dataSourceTypes, fileTypes } from "./enums.ts";
import { fields, says } from "./fields.ts";

/** Contract 3.3. */
const fileReference = z.object(
  {
    name: fields.text({ min: 1, max: 255 }),
    type: fields.oneOf(fileTypes),
    url: fields.httpUrl(),
    content: z.string(says("be a string")).nullish(),
  },
  says("be an object"),
);

/** Contract 3.2. */
const message = z
  .object(
    {
      role: fields.oneOf(["user", "assistant"]),
      content: fields.text({ max: 32_000 }),
      files: fields.list(fileReference, { max: 3 }).nullish(),
    },
    says("be an object"),
  )
  .check((context) => {
    const { role, content, files } = context.value;
    const filed = (files?.length ?? 0) > 0;
    if (content === "" && !filed) {
      const rule = "must be a string of 1 to 32,000 characters when no files are given";
      context.issues.push({ code: "custom", path: ["content"], message: rule, input: content });
    } else if (filed && role !== "user") {
      context.issues.push({ code: "custom", path: ["files"], message: "must be given on user messages only", input: files });
    }
  });

const messages = fields
  .list(message, { max: 200 })
  .refine((list) => list.some((item) => item.role === "user"), "must contain at least one user message")
  .meta({ minItems: 1 });

/** Contract 1.5: 1 to 200 printable characters without a slash. Marks that only turn or join text are not printed. */
export const conversationIdForm = /^[^/\p{C}\p{Zl}\p{Zp}]{1,200}$/u;

const scoreBody = z.object({
  messages,
  chatbotId: fields.chatbotId(),
  baseModel: fields.oneOf(baseModels).nullish(),
});

const queryBody = z.object({
  query: fields.text({ min: 1, max: 8_000, trimmed: true }),
  count: fields.wholeNumber({ min: 1, max: 50 }).nullish(),
});

const chatBody = z.object({
  messages,
  chatbotId: fields.chatbotId(),
  baseModel: fields.oneOf(baseModels).nullish(),
  basePrompt: fields.text({ max: 20_000 }).nullish(),
  stream: fields.flag().nullish(),
  appendMessages: fields.flag().nullish(),
  conversationId: fields
    .matching("be 1 to 200 printable characters without /", conversationIdForm)
    .meta({ minLength: 1, maxLength: 200 })
    .nullish(),
});

export const getConfidenceScore = operation({
  operationId: "getConfidenceScore",
  tag: "Answers",
  summary: "Cosine similarities of the passages that would be used to answer",
  method: "post",
  path: "/get-confidence-score",
  body: scoreBody,
  answer: z.strictObject({
    status: z.literal("success"),
    averageScore: z.number(),
    scoresArray: z.array(z.number()),
    sources: z.array(
      z.array(
        z.strictObject({
          score: z.number(),
          truncatedText: z.string(),
          title: z.string().nullable(),
          type: z.enum(dataSourceTypes),
        }),
      ),
    ),
    embeddingText: z.string(),
  }),
  failures: [failures.required, failures.invalid, failures.noKnowledge, failures.gpt4, failures.noChatbot, failures.modelDown],
});

export const queryKnowledgeBase = operation({
  operationId: "queryKnowledgeBase",
  tag: "Answers",
  summary: "Passages of the knowledge base that are relevant to a text",
  method: "post",
  path: "/query-knowledge-base/{chatbotId}",
  body: queryBody,
  answer: z.array(z.strictObject({ source: z.string(), snippet: z.string(), relavant_score: z.number() })),
  failures: [
    { status: 400, message: "query is required" },
    { status: 400, message: "count must be an integer between 1 and 50" },
    failures.noKnowledge,
    failures.noChatbot,
    failures.modelDown,
  ],
});

export const chat = operation({
  operationId: "chat",
  tag: "Answers",
  summary: "Send messages to a chatbot and receive its answer, whole or as it is made",
  method: "post",
  path: "/chat",
  body: chatBody,
  answer: "text",
  failures: [
    failures.required,
    { status: 400, message: "messages must contain at least one user message" },
    failures.invalid,
    { status: 402, message: "Message credits exhausted" },
    failures.gpt4,
    failures.noChatbot,
    { status: 502, message: "Custom backend returned an error" },
    failures.modelDown,
    { status: 504, message: "Custom backend did not respond in time" },
    { status: 508, message: "Custom backend leads back to a chatbot with a custom backend" },
  ],
});

export type Messages = z.output<typeof messages>;
export type ScoreBody = z.output<typeof scoreBody>;
export type ChatBody = z.output<typeof chatBody>;
