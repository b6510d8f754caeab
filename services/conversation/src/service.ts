import { conversation as proto } from "@parlance/contracts";
import { defineService } from "@parlance/platform";
import { conversationConfig } from "./config.ts";
import { eraseChatbot } from "./consumers/erase-chatbot.ts";
import { finishDeletion } from "./consumers/finish-deletion.ts";
import type { ConversationContext } from "./context.ts";
import { openConversations } from "./domain/conversations.ts";
import { createTurnRecorder } from "./domain/record-turn.ts";
import { beginTurn } from "./handlers/begin-turn.ts";
import { countConversations } from "./handlers/count-conversations.ts";
import { deleteConversation } from "./handlers/delete-conversation.ts";
import { getConversation } from "./handlers/get-conversation.ts";
import { listConversations } from "./handlers/list-conversations.ts";
import { recordQuestion, recordTurn } from "./handlers/record-turn.ts";

/** Owns conversations and messages; decides who owns a conversation now: the AI or a human. */
export const conversation = defineService({
  name: "conversation",
  config: conversationConfig,
  needs: ["chatbots"],
  ports: ["documents", "events"],
  create: ({ ports, clients, clock }) => {
    const stores = openConversations(ports.documents);
    const context: ConversationContext = { stores, recordTurn: createTurnRecorder(stores), clients, clock };
    return {
      routes: (router) => {
        router.service(proto.ConversationService, {
          ...beginTurn(context),
          ...recordQuestion(context),
          ...recordTurn(context),
          ...listConversations(context),
          ...getConversation(context),
          ...deleteConversation(context),
          ...countConversations(context),
        });
      },
      consumers: [eraseChatbot(context), finishDeletion(context)],
    };
  },
});
