import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import type { conversation as proto } from "@parlance/contracts";
import { AppError } from "@parlance/platform";
import type { ConversationRecord } from "./domain/conversations.ts";
import type { Role, StoredCitation, StoredFile, StoredMessage } from "./domain/messages.ts";
import type { MessageSlice } from "./domain/read-messages.ts";

/** @throws AppError INVALID_REQUEST for a role that does not exist. */
export function fromMessage(message: proto.Message, now: number): StoredMessage {
  const { content, score, upvote, isTranscript, name, avatar, read, interrupted } = message;
  return {
    role: roleOf(message.role),
    content,
    time: message.time === undefined ? now : timestampMs(message.time),
    ...(message.files.length > 0 && { files: message.files.map(fromFile) }),
    ...(message.citations.length > 0 && { citations: message.citations.map(fromCitation) }),
    ...(score !== undefined && { score }),
    ...(upvote !== undefined && { upvote }),
    ...(name !== undefined && { name }),
    ...(avatar !== undefined && { avatar }),
    ...(isTranscript && { isTranscript }),
    ...(read && { read }),
    ...(interrupted && { interrupted }),
  };
}

export function toMessage({ time, files, citations, ...message }: StoredMessage) {
  return {
    ...message,
    time: timestampFromMs(time),
    files: (files ?? []).map((file) => ({ ...file })),
    citations: (citations ?? []).map((citation) => ({ ...citation })),
  };
}

export function toConversation(record: ConversationRecord, { messages, next }: MessageSlice) {
  return {
    conversationId: record.conversationId,
    chatbotId: record.chatbotId,
    createTime: timestampFromMs(record.createdAt),
    updateTime: timestampFromMs(record.updatedAt),
    source: record.source,
    owner: record.owner,
    messages: messages.map(toMessage),
    ...(record.liveChatEnded !== null && { liveChatEnded: record.liveChatEnded }),
    nextMessageToken: next === undefined ? "" : String(next),
  };
}

function roleOf(role: string): Role {
  if (role === "user" || role === "assistant" || role === "human") return role;
  throw new AppError("INVALID_REQUEST", { message: "role must be user, assistant or human" });
}

function fromFile({ name, type, url }: proto.FileReference): StoredFile {
  return { name, type, url };
}

function fromCitation(citation: proto.Citation): StoredCitation {
  const { chunkId, documentId, revision, sourceName, sourceType, citedText, start, end, cosine } = citation;
  return { chunkId, documentId, revision, sourceName, sourceType, citedText, start, end, cosine };
}
