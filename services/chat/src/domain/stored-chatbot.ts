import { fromJson, toJson, type JsonObject } from "@bufbuild/protobuf";
import { chatbots } from "@parlance/contracts";
import { AppError, isId } from "@parlance/platform";
import type { Collection, CollectionSpec, Stored, Tenant } from "@parlance/ports";
import type { Model } from "./models.ts";

export interface StoredChatbot {
  /**
   * `creating` until its training is queued; `deleted` until everything that belonged to it is erased. Only an `active` one exists
   * for its owner.
   */
  state: "creating" | "active" | "deleted";
  model: Model;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** ChatbotSettings as protobuf JSON. */
  settings: JsonObject;
}

export const chatbotCollection: CollectionSpec<StoredChatbot> = {
  name: "chat.chatbots",
  indexes: [{ fields: ["state", "createdAt"] }],
};

export function packSettings(settings: chatbots.ChatbotSettings): JsonObject {
  return toJson(chatbots.ChatbotSettingsSchema, settings) as JsonObject;
}

/** To be changed by whoever asked. */
export function unpackSettings(stored: StoredChatbot): chatbots.ChatbotSettings {
  // A setting that a newer version wrote and this one does not know must not make the chatbot unreadable.
  return fromJson(chatbots.ChatbotSettingsSchema, stored.settings, { ignoreUnknownFields: true });
}

const unpacked = new WeakMap<JsonObject, chatbots.ChatbotSettings>();

/** To be read and not changed: unpacked once for as long as the store gives the same document. */
export function settingsOf({ data }: Stored<StoredChatbot>): chatbots.ChatbotSettings {
  const known = unpacked.get(data.settings);
  if (known !== undefined) return known;
  const settings = unpackSettings(data);
  unpacked.set(data.settings, settings);
  return settings;
}

/**
 * An active chatbot of the user.
 * @throws AppError CHATBOT_NOT_FOUND, alike for an id that is malformed, unknown or somebody else's.
 */
export async function activeChatbot(
  collection: Collection<StoredChatbot>,
  tenant: Tenant,
  chatbotId: string,
): Promise<Stored<StoredChatbot>> {
  const stored = isId(chatbotId) ? await collection.get(tenant, chatbotId) : undefined;
  if (stored?.data.state !== "active") throw new AppError("CHATBOT_NOT_FOUND");
  return stored;
}

/** False where a custom backend answers in place of what was learned. */
export function hasKnowledgeBase(model: Model, settings: chatbots.ChatbotSettings): boolean {
  return model !== "custom-model" && settings.customBackend === undefined;
}
