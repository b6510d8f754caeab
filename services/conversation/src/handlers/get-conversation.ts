import type { CallOptions } from "@connectrpc/connect";
import { AppError, appErrorFrom, callOptions, everyDocument, identityOf } from "@parlance/platform";
import type { Tenant } from "@parlance/ports";
import type { ConversationContext, Handler } from "../context.ts";
import {
  isConversationId,
  visibleConversation,
  type ConversationStores,
  type StoredConversation,
} from "../domain/conversations.ts";
import { readMessages } from "../domain/read-messages.ts";
import { toConversation } from "../mappers.ts";

/** Room for the messages of one answer; the rest follows by token. */
const answerBytes = 2 * 1024 * 1024;
const attempts = 5;

export function getConversation({ stores, clients }: ConversationContext): Handler<"getConversation"> {
  return {
    async getConversation(request, context) {
      const { tenant } = identityOf(context);
      const from = positionOf(request.messageToken);
      const isThere = (chatbotId: string) => isChatbot(clients, chatbotId, callOptions(context));
      for (let attempt = 1; attempt <= attempts; attempt++) {
        const stored = await firstOf(candidates(stores, tenant, request), ({ data }) => isThere(data.chatbotId));
        if (stored === undefined) throw new AppError("CONVERSATION_NOT_FOUND");
        const slice = await readMessages(stores.pages, tenant, stored.data, { from, maxBytes: answerBytes });
        if (slice !== undefined) return { conversation: toConversation(stored.data, slice) };
      }
      throw new AppError("VERSION_CONFLICT");
    },
  };
}

/** Conversations that may be meant: the one of the chatbot, or else those of the id over all chatbots, the last updated first. */
async function* candidates(
  stores: ConversationStores,
  tenant: Tenant,
  { chatbotId, conversationId }: { chatbotId: string; conversationId: string },
): AsyncGenerator<StoredConversation> {
  if (!isConversationId(conversationId)) return;
  if (chatbotId !== "") {
    const stored = await visibleConversation(stores, tenant, { chatbotId, conversationId });
    if (stored !== undefined) yield stored;
    return;
  }
  const newestFirst = everyDocument(stores.conversations, tenant, {
    where: { conversationId, deletedAt: null },
    sort: { by: "updatedAt", direction: "descending" },
    limit: 10,
  });
  for await (const { data } of newestFirst) {
    const stored = await visibleConversation(stores, tenant, data);
    if (stored !== undefined) yield stored;
  }
}

async function firstOf<T>(items: AsyncIterable<T>, accepts: (item: T) => Promise<boolean>): Promise<T | undefined> {
  for await (const item of items) if (await accepts(item)) return item;
  return undefined;
}

/** A chatbot is gone before its deletion is announced, from when on its conversations are erased. */
async function isChatbot({ chatbots }: ConversationContext["clients"], chatbotId: string, options: CallOptions): Promise<boolean> {
  try {
    await chatbots.lookUpChatbot({ chatbotId }, options);
    return true;
  } catch (error) {
    if (appErrorFrom(error).reason === "CHATBOT_NOT_FOUND") return false;
    throw error;
  }
}

function positionOf(token: string): number {
  if (!/^\d{0,9}$/.test(token)) throw new AppError("INVALID_REQUEST", { message: "messageToken is not one that was given" });
  return Number(token);
}
