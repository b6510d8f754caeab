import { AccountService } from "../gen/parlance/account/v1/account_pb.js";
import { AnsweringService } from "../gen/parlance/chat/v1/answering_pb.js";
import { ChatbotService } from "../gen/parlance/chat/v1/chatbot_pb.js";
import { ConversationService } from "../gen/parlance/conversation/v1/conversation_pb.js";
import { IngestionService } from "../gen/parlance/ingestion/v1/ingestion_pb.js";
import { RetrievalService } from "../gen/parlance/retrieval/v1/retrieval_pb.js";

/** Client name → RPC service and the process-level service that implements it. */
export const services = {
  account: { schema: AccountService, owner: "account" },
  answering: { schema: AnsweringService, owner: "chat" },
  chatbots: { schema: ChatbotService, owner: "chat" },
  conversation: { schema: ConversationService, owner: "conversation" },
  ingestion: { schema: IngestionService, owner: "ingestion" },
  retrieval: { schema: RetrievalService, owner: "retrieval" },
} as const;

export type ServiceName = (typeof services)[keyof typeof services]["owner"] | "gateway";
