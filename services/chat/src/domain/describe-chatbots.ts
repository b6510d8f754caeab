import type { HandlerContext } from "@connectrpc/connect";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { callOptions } from "@parlance/platform";
import type { Stored } from "@parlance/ports";
import type { ChatContext } from "../context.ts";
import { unpackSettings, type StoredChatbot } from "./stored-chatbot.ts";

/** Of so many chatbots another service tells in one call. */
const mostAtOnce = 1_000;

/** Chatbots as the contract shows them, with what other services know of each: training and stored conversations. */
export async function describeChatbots(chat: ChatContext, context: HandlerContext, stored: readonly Stored<StoredChatbot>[]) {
  const described: Awaited<ReturnType<typeof describeTogether>> = [];
  for (let start = 0; start < stored.length; start += mostAtOnce) {
    described.push(...(await describeTogether(chat, context, stored.slice(start, start + mostAtOnce))));
  }
  return described;
}

async function describeTogether({ clients }: ChatContext, context: HandlerContext, stored: readonly Stored<StoredChatbot>[]) {
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
