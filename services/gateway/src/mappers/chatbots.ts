import type { MessageInitShape } from "@bufbuild/protobuf";
import type { chatbots } from "@parlance/contracts";
import type { ChatbotBody, CreateBody } from "../schemas/chatbots.ts";
import { instant, requiredInstant } from "./time.ts";
import { toSources } from "./training.ts";

export function toCreateChatbot(body: CreateBody): MessageInitShape<typeof chatbots.CreateChatbotRequestSchema> {
  const request: MessageInitShape<typeof chatbots.CreateChatbotRequestSchema> = {
    chatbotName: body.chatbotName,
    model: body.model ?? "",
    sources: toSources(body),
  };
  if (typeof body.customBackend === "string") request.customBackend = body.customBackend;
  if (typeof body.bearer === "string") request.bearer = body.bearer;
  return request;
}

/** Contract 3.11: every property is there, and an unset one is null. */
export function toChatbotBody(chatbot: chatbots.Chatbot | undefined): Record<keyof ChatbotBody, unknown> {
  const settings = chatbot?.settings;
  if (chatbot === undefined || settings === undefined) throw new TypeError("a service left out a chatbot or its settings");
  return {
    chatbotId: chatbot.chatbotId,
    chatbotName: settings.chatbotName,
    visibility: settings.visibility,
    createdAt: requiredInstant(chatbot.createTime, "create_time"),
    lastTrainedAt: instant(chatbot.lastTrainTime),
    onlyAllowOnAddedDomains: settings.onlyAllowOnAddedDomains,
    domains: settings.domains,
    basePrompt: settings.basePrompt,
    rateLimitPoints: settings.rateLimitPoints,
    rateLimitTimeframe: settings.rateLimitTimeframeSeconds,
    rateLimitMessage: settings.rateLimitMessage,
    suggestedMessages: settings.suggestedMessages,
    initialMessages: settings.initialMessages,
    styles: toStyles(settings.styles, settings.chatbotName),
    model: chatbot.model,
    baseModel: settings.baseModel,
    numberOfConversations: Number(chatbot.conversations),
    status: chatbot.progress,
    temperature: settings.temperature,
    qALinks: settings.qaLinks.map(({ text, link }) => ({ text, link })),
    storeChat: settings.storeChat,
    showCalendar: settings.showCalendar,
    calendarUrl: settings.calendarUrl ?? null,
    calendarMessage: settings.calendarMessage,
    enableBouncingAnimation: settings.enableBouncingAnimation,
    ignoreDataSource: settings.ignoreDataSource,
    leadsConfig: toLeadsConfig(settings.leadsConfig),
    notification: toNotification(settings.notification),
    customBackend: settings.customBackend ?? null,
    bearer: settings.bearer ?? null,
  };
}

function toStyles(styles: chatbots.ChatbotStyles | undefined, chatbotName: string): ChatbotBody["styles"] {
  if (styles === undefined) throw new TypeError("a service left out styles");
  return {
    theme: styles.theme as "light" | "dark",
    buttonColor: styles.buttonColor,
    displayName: styles.displayName ?? chatbotName,
    alignChatButton: styles.alignChatButton as "left" | "right",
    userMessageColor: styles.userMessageColor,
    profilePictureFile: styles.profilePictureFile || null,
    bubblePictureFile: styles.bubblePictureFile || null,
    autoOpenChatWindowAfter: styles.autoOpenChatWindowAfterSeconds ?? null,
  };
}

function toLeadsConfig(leads: chatbots.LeadsConfig | undefined): ChatbotBody["leadsConfig"] {
  if (leads === undefined) throw new TypeError("a service left out leads_config");
  const { message, collectName, collectEmail, collectPhone, nameMessage, emailMessage, phoneMessage } = leads;
  return { message, collectName, collectEmail, collectPhone, nameMessage, emailMessage, phoneMessage };
}

function toNotification(notification: chatbots.NotificationSettings | undefined): ChatbotBody["notification"] {
  if (notification === undefined) throw new TypeError("a service left out notification");
  const { enableLeadsEmail, enableConversationEmails, email } = notification;
  return { enableLeadsEmail, enableConversationEmails, email: email || null };
}
