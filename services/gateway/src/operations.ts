import type { Operation } from "./operation.ts";
import { getCurrentPlan } from "./schemas/account.ts";
import { chat, getConfidenceScore, queryKnowledgeBase } from "./schemas/answers.ts";
import { createChatbot, deleteChatbot, getChatbot, listChatbots, updateChatbotSettings } from "./schemas/chatbots.ts";
import { deleteConversation, getConversation, listConversations } from "./schemas/conversations.ts";
import { getTrainingStatus, retrainChatbot } from "./schemas/training.ts";

/** Every operation of the API, in the order of the contract's index. openapi.yaml lists these, and the router serves them. */
export const operations = [
  createChatbot,
  retrainChatbot,
  getTrainingStatus,
  deleteChatbot,
  listChatbots,
  getChatbot,
  updateChatbotSettings,
  getConfidenceScore,
  queryKnowledgeBase,
  chat,
  deleteConversation,
  listConversations,
  getConversation,
  getCurrentPlan,
] as readonly Operation[];
