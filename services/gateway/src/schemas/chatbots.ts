import { z } from "zod";
import { failures, operation } from "../operation.ts";
import { baseModels, models, visibilities } from "./enums.ts";
import { fields } from "./fields.ts";
import { settingsFields } from "./chatbot-settings.ts";
import { trainingAnswer, trainingSources } from "./training.ts";

const createBody = z
  .object({
    chatbotName: fields.text({ min: 1, max: 100, trimmed: true }),
    model: fields.oneOf(models).nullish(),
    ...trainingSources,
    customBackend: settingsFields.customBackend,
    bearer: settingsFields.bearer,
  })
  .check((context) => {
    if (context.value.model !== "custom-model" || typeof context.value.customBackend === "string") return;
    const message = "is required for the custom-model model";
    context.issues.push({ code: "custom", path: ["customBackend"], message, input: context.value });
  });

const updateBody = z.object({ chatbotId: fields.chatbotId(), ...settingsFields });

/** Contract 3.11. */
const chatbot = z
  .strictObject({
    chatbotId: z.string(),
    chatbotName: z.string(),
    visibility: z.enum(visibilities),
    createdAt: z.int(),
    lastTrainedAt: z.int().nullable(),
    onlyAllowOnAddedDomains: z.boolean(),
    domains: z.array(z.string()),
    basePrompt: z.string(),
    rateLimitPoints: z.int(),
    rateLimitTimeframe: z.int(),
    rateLimitMessage: z.string(),
    suggestedMessages: z.array(z.string()),
    initialMessages: z.array(z.string()),
    styles: z.strictObject({
      theme: z.enum(["light", "dark"]),
      buttonColor: z.string(),
      displayName: z.string(),
      alignChatButton: z.enum(["left", "right"]),
      userMessageColor: z.string(),
      profilePictureFile: z.string().nullable(),
      bubblePictureFile: z.string().nullable(),
      autoOpenChatWindowAfter: z.number().nullable(),
    }),
    model: z.enum(models),
    baseModel: z.enum(baseModels),
    numberOfConversations: z.int(),
    status: z.int().min(0).max(100),
    temperature: z.number(),
    qALinks: z.array(z.strictObject({ text: z.string(), link: z.string() })),
    storeChat: z.boolean(),
    showCalendar: z.boolean(),
    calendarUrl: z.string().nullable(),
    calendarMessage: z.string(),
    enableBouncingAnimation: z.boolean(),
    ignoreDataSource: z.boolean(),
    leadsConfig: z.strictObject({
      message: z.string(),
      collectName: z.boolean(),
      collectEmail: z.boolean(),
      collectPhone: z.boolean(),
      nameMessage: z.string(),
      emailMessage: z.string(),
      phoneMessage: z.string(),
    }),
    notification: z.strictObject({
      enableLeadsEmail: z.boolean(),
      enableConversationEmails: z.boolean(),
      email: z.string().nullable(),
    }),
    customBackend: z.string().nullable(),
    bearer: z.string().nullable(),
  })
  .meta({ id: "Chatbot" });

const success = z.strictObject({ status: z.literal("success") });

export const createChatbot = operation({
  operationId: "createChatbot",
  tag: "Chatbots",
  summary: "Create a chatbot and start its training",
  method: "post",
  path: "/create-chatbot",
  body: createBody,
  answer: trainingAnswer,
  failures: [
    failures.required,
    failures.invalid,
    { status: 400, message: "customBackend is required for the custom-model model" },
    { status: 402, message: "Chatbot limit reached" },
    failures.characters,
    { status: 403, message: "Custom model is not included in your current plan" },
  ],
});

export const deleteChatbot = operation({
  operationId: "deleteChatbot",
  tag: "Chatbots",
  summary: "Delete a chatbot for good",
  method: "delete",
  path: "/delete-chatbot/{chatbotId}",
  answer: success,
  failures: [failures.noChatbot],
});

export const listChatbots = operation({
  operationId: "listChatbots",
  tag: "Chatbots",
  summary: "All chatbots of the account, newest first",
  method: "get",
  path: "/get-chatbots",
  answer: success.extend({ chatbots: z.array(chatbot) }),
});

export const getChatbot = operation({
  operationId: "getChatbot",
  tag: "Chatbots",
  summary: "One chatbot",
  method: "get",
  path: "/get-chatbot/{chatbotId}",
  answer: success.extend({ chatbot }),
  failures: [failures.noChatbot],
});

export const updateChatbotSettings = operation({
  operationId: "updateChatbotSettings",
  tag: "Chatbots",
  summary: "Change settings; null resets one to its default, a field not sent stays as it is",
  method: "post",
  path: "/update-chatbot-settings",
  body: updateBody,
  answer: success,
  failures: [
    failures.required,
    failures.invalid,
    { status: 400, message: "calendarUrl is required when showCalendar is true" },
    { status: 403, message: "<feature> is not included in your current plan" },
    failures.noChatbot,
  ],
});

export type CreateBody = z.output<typeof createBody>;
export type UpdateBody = z.output<typeof updateBody>;
export type ChatbotBody = z.output<typeof chatbot>;
