import { AppError, everyDocument, identityOf } from "@parlance/platform";
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

export function getConversation({ stores }: ConversationContext): Handler<"getConversation"> {
  return {
    async getConversation(request, context) {
      const { tenant } = identityOf(context);
      const from = positionOf(request.messageToken);
      for (let attempt = 1; attempt <= attempts; attempt++) {
        const stored = await (request.chatbotId === ""
          ? latestConversation(stores, tenant, request.conversationId)
          : visibleConversation(stores, tenant, request));
        if (stored === undefined) throw new AppError("CONVERSATION_NOT_FOUND");
        const slice = await readMessages(stores.pages, tenant, stored.data, { from, maxBytes: answerBytes });
        if (slice !== undefined) return { conversation: toConversation(stored.data, slice) };
      }
      throw new AppError("VERSION_CONFLICT");
    },
  };
}

/** The one of this id that was updated last, over all chatbots of the user. */
async function latestConversation(
  stores: ConversationStores,
  tenant: Tenant,
  conversationId: string,
): Promise<StoredConversation | undefined> {
  if (!isConversationId(conversationId)) return undefined;
  const newestFirst = everyDocument(stores.conversations, tenant, {
    where: { conversationId, deletedAt: null },
    sort: { by: "updatedAt", direction: "descending" },
    limit: 10,
  });
  for await (const { data } of newestFirst) {
    const stored = await visibleConversation(stores, tenant, data);
    if (stored !== undefined) return stored;
  }
  return undefined;
}

function positionOf(token: string): number {
  if (!/^\d{0,9}$/.test(token)) throw new AppError("INVALID_REQUEST", { message: "messageToken is not one that was given" });
  return Number(token);
}
