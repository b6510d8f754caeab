import { AppError } from "@parlance/platform";
import type { Applied } from "./ledger.ts";

/** The chatbots that occupy the places of a user's plan. One document, so that exactly the plan's number can exist. */
export interface ChatbotPlaces {
  chatbotIds: readonly string[];
}

export const noPlaces: ChatbotPlaces = { chatbotIds: [] };

/** @throws AppError CHATBOT_LIMIT_REACHED */
export function takePlace(data: ChatbotPlaces, chatbotId: string, limit: number): Applied<ChatbotPlaces, undefined> {
  if (data.chatbotIds.includes(chatbotId)) return { data, result: undefined };
  if (data.chatbotIds.length >= limit) throw new AppError("CHATBOT_LIMIT_REACHED");
  return { data: { chatbotIds: [...data.chatbotIds, chatbotId] }, result: undefined };
}

/** A chatbot that holds no place changes nothing. */
export function leavePlace(data: ChatbotPlaces, chatbotId: string): Applied<ChatbotPlaces, undefined> {
  if (!data.chatbotIds.includes(chatbotId)) return { data, result: undefined };
  return { data: { chatbotIds: data.chatbotIds.filter((id) => id !== chatbotId) }, result: undefined };
}
