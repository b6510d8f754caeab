import { z } from "zod";
import { failures, operation } from "../operation.ts";
import { fileTypes, sources } from "./enums.ts";
import { fields, says } from "./fields.ts";

const latestTimestamp = 8_640_000_000_000_000;
const timestamp = () =>
  fields.queryNumber({ min: 0, max: latestTimestamp, rule: "be a whole number of milliseconds since the epoch" }).optional();

const queryText = () => z.string(says("be given once")).optional();

const listQuery = z
  .object({
    startTimestamp: timestamp(),
    endTimestamp: timestamp(),
    start: fields.queryNumber({ min: 0, max: 2_147_483_647 }).optional(),
    size: fields.queryNumber({ min: 1, max: 1_000 }).optional(),
    source: z.enum(["", ...sources], says(`be one of ${sources.join(", ")}`)).optional(),
    leadId: queryText(),
  })
  .check((context) => {
    const { startTimestamp, endTimestamp } = context.value;
    if (startTimestamp === undefined || endTimestamp === undefined || startTimestamp <= endTimestamp) return;
    const message = "must be at or after startTimestamp";
    context.issues.push({ code: "custom", path: ["endTimestamp"], message, input: endTimestamp });
  });

const fileReference = z.strictObject({ name: z.string(), type: z.enum(fileTypes), url: z.string() });

/** Contract 3.12. */
const storedMessage = z.strictObject({
  role: z.enum(["user", "assistant", "human"]),
  content: z.string(),
  isTranscript: z.boolean(),
  upvote: z.boolean().nullable(),
  name: z.string().nullable(),
  avatar: z.string().nullable(),
  timestamp: z.int(),
  read: z.boolean(),
  score: z.number().nullable(),
  files: z.array(fileReference),
});

const customer = z
  .strictObject({
    name: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    type: z.string().nullable(),
    info: z.string().nullable(),
    source: z.enum(sources),
    createdAt: z.int(),
    leadId: z.string(),
    conversationId: z.string().nullable(),
    chatbotId: z.string(),
  })
  .meta({ id: "Customer" });

const conversation = z
  .strictObject({
    conversationId: z.string(),
    createdAt: z.int(),
    updatedAt: z.int(),
    messages: z.array(storedMessage),
    source: z.enum(sources),
    chatbotId: z.string(),
    customer: customer.nullable(),
    liveChatEnded: z.boolean().nullable(),
    botControl: z
      .literal([1, -1])
      .meta({ override: { type: "integer" } })
      .nullable(),
  })
  .meta({ id: "Conversation" });

const success = z.strictObject({ status: z.literal("success") });

const ids = { chatbotId: fields.chatbotId(), conversationId: z.string(says("be a string")) };

/** What E17 needs, wherever it stood. */
export const conversationToDelete = z.object(ids);

export const deleteConversation = operation({
  operationId: "deleteConversation",
  tag: "Conversations",
  summary: "Delete one conversation; the ids stand in the query string or in the body",
  method: "delete",
  path: "/delete-conversation",
  query: z.object({ chatbotId: queryText(), conversationId: queryText() }),
  body: z.object({ chatbotId: ids.chatbotId.nullish(), conversationId: ids.conversationId.nullish() }),
  bodyOptional: true,
  answer: success.extend({ message: z.literal("Conversation deleted successfully.") }),
  failures: [failures.required, failures.invalid, failures.noChatbot, failures.noConversation],
});

export const listConversations = operation({
  operationId: "listConversations",
  tag: "Conversations",
  summary: "Pages of a chatbot's conversations, newest first",
  method: "get",
  path: "/get-conversations/{chatbotId}",
  query: listQuery,
  answer: success.extend({ conversations: z.array(conversation), total: z.int() }),
  failures: [failures.invalid, failures.noChatbot],
});

export const getConversation = operation({
  operationId: "getConversation",
  tag: "Conversations",
  summary: "One conversation with its messages",
  method: "get",
  path: "/get-conversation/{conversationId}",
  query: z.object({ chatbotId: queryText() }),
  answer: success.extend({ conversation }),
  failures: [failures.invalid, failures.noConversation],
});

export type ListQuery = z.output<typeof listQuery>;
export type ConversationBody = z.output<typeof conversation>;
export type StoredMessageBody = z.output<typeof storedMessage>;
