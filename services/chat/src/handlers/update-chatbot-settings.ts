import { chatbots } from "@parlance/contracts";
import { create } from "@bufbuild/protobuf";
import { AppError, changeDocument, identityOf } from "@parlance/platform";
import type { ChatContext, Handler } from "../context.ts";
import { checkBackend } from "../domain/backend.ts";
import { baseModelNamed, needsLargeModels, storesChats, type Model } from "../domain/models.ts";
import { requireFeatures } from "../domain/plan.ts";
import { changeSettings } from "../domain/settings.ts";
import { activeChatbot, packSettings, unpackSettings } from "../domain/stored-chatbot.ts";

export function updateChatbotSettings(chat: ChatContext): Handler<"updateChatbotSettings"> {
  return {
    async updateChatbotSettings(request, context) {
      const { tenant } = identityOf(context);
      await activeChatbot(chat.chatbots, tenant, request.chatbotId);
      const change = {
        settings: request.settings ?? create(chatbots.ChatbotSettingsSchema),
        updated: request.updateMask?.paths ?? [],
        reset: request.resetMask?.paths ?? [],
      };
      checkBackend(chat.safeFetch, backendOf(change));
      await requireFeatures(chat.clients, context, featuresOf(change));
      const written = await changeDocument(chat.chatbots, { tenant, id: request.chatbotId }, ({ data }) => {
        if (data.state !== "active") throw new AppError("CHATBOT_NOT_FOUND");
        const settings = changeSettings(unpackSettings(data), change);
        check(data.model, settings);
        if (!storesChats(data.model)) settings.storeChat = false;
        return { data: { ...data, settings: packSettings(settings) } };
      });
      if (written === undefined) throw new AppError("CHATBOT_NOT_FOUND");
      return {};
    },
  };
}

/** The backend that is newly set; one that stays as it was is not judged again. */
function backendOf({ settings, updated }: { settings: chatbots.ChatbotSettings; updated: readonly string[] }) {
  return {
    url: updated.includes("custom_backend") ? settings.customBackend : undefined,
    bearer: updated.includes("bearer") ? settings.bearer : undefined,
  };
}

/** Features of a plan that the new values ask for; values that stay as they were are not judged again. */
function featuresOf({ settings, updated }: { settings: chatbots.ChatbotSettings; updated: readonly string[] }) {
  const sets = (path: string) => updated.some((candidate) => candidate === path || candidate.startsWith(`${path}.`));
  const leads = settings.leadsConfig;
  const notification = settings.notification;
  const flags: ("gpt4" | "gatherLeads" | "notification" | "customModel")[] = [];
  if (sets("base_model") && needsLargeModels(baseModelNamed(settings.baseModel))) flags.push("gpt4");
  if (sets("leads_config") && (leads?.collectName || leads?.collectEmail || leads?.collectPhone)) flags.push("gatherLeads");
  if (sets("notification") && (notification?.enableLeadsEmail || notification?.enableConversationEmails))
    flags.push("notification");
  if (sets("custom_backend") && settings.customBackend !== undefined) flags.push("customModel");
  return flags;
}

/** Rules over several settings, which only the whole can break. */
function check(model: Model, settings: chatbots.ChatbotSettings): void {
  baseModelNamed(settings.baseModel);
  if (!(settings.temperature >= 0 && settings.temperature <= 1)) {
    throw new AppError("INVALID_REQUEST", { message: "temperature must be between 0 and 1" });
  }
  if (settings.showCalendar && settings.calendarUrl === undefined) throw new AppError("CALENDAR_URL_MISSING");
  if (model === "custom-model" && settings.customBackend === undefined) {
    throw new AppError("INVALID_REQUEST", { message: "customBackend must be an http or https URL" });
  }
}
