import { answering, chatbots } from "@parlance/contracts";
import { createSafeFetch } from "@parlance/egress";
import { defineService } from "@parlance/platform";
import { chatConfig } from "./config.ts";
import { deleteChatbots } from "./consumers/delete-chatbots.ts";
import { eraseChatbot } from "./consumers/erase-chatbot.ts";
import type { ChatContext } from "./context.ts";
import { createQuestionReader } from "./domain/rewrite-question.ts";
import { chatbotCollection } from "./domain/stored-chatbot.ts";
import { announceUnheard, sweepUnfinished } from "./domain/sweep-unfinished.ts";
import { answer } from "./handlers/answer.ts";
import { createChatbot } from "./handlers/create-chatbot.ts";
import { deleteChatbot } from "./handlers/delete-chatbot.ts";
import { getChatbot } from "./handlers/get-chatbot.ts";
import { listChatbots } from "./handlers/list-chatbots.ts";
import { lookUpChatbot } from "./handlers/look-up-chatbot.ts";
import { queryKnowledge } from "./handlers/query-knowledge.ts";
import { scorePassages } from "./handlers/score-passages.ts";
import { updateChatbotSettings } from "./handlers/update-chatbot-settings.ts";

/** Owns chatbots and their settings, and answers turns. */
export const chat = defineService({
  name: "chat",
  config: chatConfig,
  needs: ["account", "conversation", "ingestion", "retrieval"],
  ports: ["documents", "events", "model"],
  create: ({ config, ports, clients, clock, log, signal }) => {
    const context: ChatContext = {
      chatbots: ports.documents.collection(chatbotCollection),
      clients,
      model: ports.model,
      readQuestion: createQuestionReader({ model: ports.model, clock }),
      clock,
      log,
      limits: {
        certain: config.PARLANCE_ANSWER_CERTAIN,
        support: config.PARLANCE_ANSWER_MIN_SUPPORT,
        supportShort: config.PARLANCE_ANSWER_MIN_SUPPORT_SHORT,
        wordSupport: config.PARLANCE_ANSWER_MIN_WORD_SUPPORT,
        roughSupport: config.PARLANCE_ANSWER_MIN_ROUGH_SUPPORT,
        roughSupportShort: config.PARLANCE_ANSWER_MIN_ROUGH_SUPPORT_SHORT,
        foreignSupport: config.PARLANCE_ANSWER_MIN_FOREIGN_SUPPORT,
        foreignSupportShort: config.PARLANCE_ANSWER_MIN_FOREIGN_SUPPORT_SHORT,
        pairSupport: config.PARLANCE_ANSWER_MIN_PAIR_SUPPORT,
      },
      safeFetch: createSafeFetch({ allow: config.PARLANCE_EGRESS_ALLOW, ports: config.PARLANCE_EGRESS_PORTS }),
      backendLimits: {
        connectTimeoutMs: config.PARLANCE_BACKEND_CONNECT_TIMEOUT_MS,
        firstByteTimeoutMs: config.PARLANCE_BACKEND_FIRST_BYTE_TIMEOUT_MS,
        totalTimeoutMs: config.PARLANCE_BACKEND_TIMEOUT_MS,
        maxBytes: config.PARLANCE_BACKEND_LIMIT_BYTES,
      },
    };
    let sweeping = Promise.resolve();
    return {
      routes: (router) => {
        router.service(chatbots.ChatbotService, {
          ...createChatbot(context),
          ...getChatbot(context),
          ...listChatbots(context),
          ...lookUpChatbot(context),
          ...updateChatbotSettings(context),
          ...deleteChatbot(context),
        });
        router.service(answering.AnsweringService, {
          ...answer(context),
          ...scorePassages(context),
          ...queryKnowledge(context),
        });
      },
      consumers: [eraseChatbot(context), deleteChatbots(context)],
      start: async () => {
        await announceUnheard(context);
        sweeping = sweepUnfinished(context, signal);
      },
      stop: () => sweeping,
    };
  },
});
