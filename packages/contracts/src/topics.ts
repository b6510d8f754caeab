import type { MessageShape } from "@bufbuild/protobuf";
import { UserDeletedSchema } from "../gen/parlance/account/v1/events_pb.js";
import { ChatbotDeletedSchema } from "../gen/parlance/chat/v1/events_pb.js";
import { ConversationDeletedSchema, TurnRecordedSchema } from "../gen/parlance/conversation/v1/events_pb.js";
import { DocumentChunkedSchema, JobCompletedSchema, JobStartedSchema } from "../gen/parlance/ingestion/v1/events_pb.js";
import { DocumentIndexedSchema } from "../gen/parlance/retrieval/v1/events_pb.js";

/** Every topic and the schema of its payload. A topic that is not here does not exist. */
export const topics = {
  "account.user.deleted.v1": UserDeletedSchema,
  "chat.chatbot.deleted.v1": ChatbotDeletedSchema,
  "conversation.conversation.deleted.v1": ConversationDeletedSchema,
  "conversation.turn.recorded.v1": TurnRecordedSchema,
  "ingestion.document.chunked.v1": DocumentChunkedSchema,
  "ingestion.job.completed.v1": JobCompletedSchema,
  "ingestion.job.started.v1": JobStartedSchema,
  "retrieval.document.indexed.v1": DocumentIndexedSchema,
} as const;

export type Topic = keyof typeof topics;
export type TopicPayload<T extends Topic> = MessageShape<(typeof topics)[T]>;
