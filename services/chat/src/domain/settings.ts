import { clone, create, type DescMessage } from "@bufbuild/protobuf";
import { chatbots } from "@parlance/contracts";
import { AppError } from "@parlance/platform";
import { defaultBaseModel } from "./models.ts";

/** What a chatbot starts with, and what a setting returns to. */
export function defaultSettings(chatbotName: string): chatbots.ChatbotSettings {
  return create(chatbots.ChatbotSettingsSchema, {
    chatbotName,
    initialMessages: ["Hi! What can I help you with?"],
    visibility: "private",
    rateLimitPoints: 20,
    rateLimitTimeframeSeconds: 240,
    rateLimitMessage: "Too many messages in a row",
    baseModel: defaultBaseModel,
    storeChat: true,
    calendarMessage: "Book a demo",
    enableBouncingAnimation: true,
    leadsConfig: {
      message: "Let us know how to contact you",
      nameMessage: "Name",
      emailMessage: "Email",
      phoneMessage: "Phone",
    },
    styles: {
      theme: "light",
      buttonColor: "rgb(0, 0, 0)",
      alignChatButton: "right",
      userMessageColor: "rgb(59, 129, 246)",
    },
    notification: {},
  });
}

export interface SettingsChange {
  settings: chatbots.ChatbotSettings;
  /** Paths in proto names, such as `leads_config.message`, that take the value given. */
  updated: readonly string[];
  /** Paths that return to their defaults. */
  reset: readonly string[];
}

/**
 * The settings after a change; the current ones stay as they are.
 * @throws AppError INVALID_REQUEST for a path that names no setting, and for a number that is none.
 */
export function changeSettings(current: chatbots.ChatbotSettings, change: SettingsChange): chatbots.ChatbotSettings {
  const changed = clone(chatbots.ChatbotSettingsSchema, current);
  const defaults = defaultSettings(current.chatbotName);
  for (const path of change.reset) copyPath(path, defaults, changed);
  for (const path of change.updated) copyPath(path, change.settings, changed);
  return changed;
}

function copyPath(path: string, from: object, to: object): void {
  let schema: DescMessage = chatbots.ChatbotSettingsSchema;
  let source: Record<string, unknown> = { ...from };
  let target = to as Record<string, unknown>;
  const names = path.split(".");
  for (const [depth, name] of names.entries()) {
    const field = schema.fields.find((candidate) => candidate.name === name);
    if (field === undefined) throw new AppError("INVALID_REQUEST", { message: "a path of the mask names no setting" });
    if (depth === names.length - 1) {
      const value = source[field.localName];
      // No store and no JSON would keep it.
      if (typeof value === "number" && !Number.isFinite(value))
        throw new AppError("INVALID_REQUEST", { message: `${path} must be a number` });
      target[field.localName] = value;
      return;
    }
    if (field.message === undefined || field.fieldKind !== "message") {
      throw new AppError("INVALID_REQUEST", { message: "a path of the mask goes below a plain setting" });
    }
    schema = field.message;
    target[field.localName] ??= create(schema);
    target = target[field.localName] as Record<string, unknown>;
    source = (source[field.localName] ?? create(schema)) as Record<string, unknown>;
  }
}
