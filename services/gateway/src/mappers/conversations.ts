import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { conversation } from "@parlance/contracts";
import { AppError, isId } from "@parlance/platform";
import type { ConversationBody, ListQuery, StoredMessageBody } from "../schemas/conversations.ts";
import { chatbotIdOf } from "./ids.ts";
import { requiredInstant } from "./time.ts";

const defaultPageSize = 100;

/** In UTF-16 units; an id has at most 200 code points. */
const longestId = 401;

export function toListConversations(chatbotId: string, query: ListQuery) {
  return {
    chatbotId,
    source: query.source ?? "",
    leadId: query.leadId ?? "",
    offset: query.start ?? 0,
    pageSize: query.size ?? defaultPageSize,
    ...(query.startTimestamp !== undefined && { createdFrom: timestampFromMs(query.startTimestamp) }),
    ...(query.endTimestamp !== undefined && { createdTo: timestampFromMs(query.endTimestamp) }),
  };
}

export type ListRequest = ReturnType<typeof toListConversations>;

/** Which of the two ids is unknown, the service decides; what is longer than any id is cut, and still names nothing. */
export function toDeleteConversation({ chatbotId, conversationId }: { chatbotId: string; conversationId: string }) {
  return { chatbotId: chatbotIdOf(chatbotId), conversationId: conversationId.slice(0, longestId) };
}

/** @throws AppError CONVERSATION_NOT_FOUND when the chatbot that should choose cannot exist */
export function toGetConversation(conversationId: string, chatbotId = "") {
  if (chatbotId !== "" && !isId(chatbotId)) throw new AppError("CONVERSATION_NOT_FOUND");
  return { conversationId, chatbotId };
}

/** Contract 3.12. `messages` are all of the conversation, which may have come in several answers. */
export function toConversationBody(
  conversation: conversation.Conversation | undefined,
  messages: readonly conversation.Message[],
): Record<keyof ConversationBody, unknown> {
  if (conversation === undefined) throw new TypeError("a service left out a conversation");
  return {
    conversationId: conversation.conversationId,
    createdAt: requiredInstant(conversation.createTime, "create_time"),
    updatedAt: requiredInstant(conversation.updateTime, "update_time"),
    messages: messages.map(toMessageBody),
    source: conversation.source,
    chatbotId: conversation.chatbotId,
    customer: null,
    liveChatEnded: conversation.liveChatEnded ?? null,
    botControl: null,
  };
}

function toMessageBody(message: conversation.Message): Record<keyof StoredMessageBody, unknown> {
  return {
    role: message.role,
    content: message.content,
    isTranscript: message.isTranscript,
    upvote: message.upvote ?? null,
    name: message.name ?? null,
    avatar: message.avatar ?? null,
    timestamp: requiredInstant(message.time, "time"),
    read: message.read,
    score: message.score ?? null,
    files: message.files.map(({ name, type, url }) => ({ name, type, url })),
  };
}
