import type { HandlerContext } from "@connectrpc/connect";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { callOptions } from "@parlance/platform";
import type { Stored } from "@parlance/ports";
import type { ChatContext } from "../context.ts";
import { unpackSettings, type StoredChatbot } from "./stored-chatbot.ts";

/** Chatbots as the contract shows them, with what other services know of each: training and stored conversations. */
export async function describeChatbots(
  { clients }: ChatContext,
  context: HandlerContext,
  stored: readonly Stored<StoredChatbot>[],
) {
  if (stored.length === 0) return [];
  const chatbotIds = stored.map((chatbot) => chatbot.id);
  const options = callOptions(context);
  const [training, counts] = await Promise.all([
    clients.ingestion.summarizeTraining({ chatbotIds }, options),
    clients.conversation.countConversations({ chatbotIds }, options),
  ]);
  const trainingOf = new Map(training.summaries.map((summary) => [summary.chatbotId, summary]));
  return stored.map(({ id, data }) => {
    const summary = trainingOf.get(id);
    return {
      chatbotId: id,
      model: data.model,
      createTime: timestampFromMs(data.createdAt),
      settings: unpackSettings(data),
      progress: summary?.progress ?? 100,
      lastTrainTime: summary?.lastTrainTime,
      conversations: counts.conversations[id] ?? 0n,
    };
  });
}
