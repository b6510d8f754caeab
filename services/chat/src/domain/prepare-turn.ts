import type { HandlerContext } from "@connectrpc/connect";
import type { answering, chatbots, conversation } from "@parlance/contracts";
import { callOptions, identityOf, newId } from "@parlance/platform";
import type { ChatContext } from "../context.ts";
import { backendFor, refuseCircle, type Backend } from "./backend.ts";
import { baseModelNamed, creditsFor, needsLargeModels } from "./models.ts";
import { requireFeatures } from "./plan.ts";
import type { Said } from "./prompt.ts";
import { activeChatbot, hasKnowledgeBase, settingsOf } from "./stored-chatbot.ts";

/** Everything that is known before the first word of an answer. */
export interface Turn {
  chatbotId: string;
  settings: chatbots.ChatbotSettings;
  baseModel: string;
  basePrompt: string;
  credits: number;
  conversationId: string;
  answerId: string;
  source: string;
  /** False when nothing of this chatbot is stored. */
  stored: boolean;
  append: boolean;
  /** What the caller sent. */
  sent: readonly answering.ChatMessage[];
  /** The whole conversation as the model sees it, oldest first, ending with the question. */
  messages: readonly Said[];
  fence: bigint;
  /** Why the bot keeps silent; empty when it answers. */
  silentReason: string;
  usesKnowledge: boolean;
  /** Answers in place of model and knowledge, where the chatbot has one. */
  backend: Backend | undefined;
}

/** Loads the chatbot and the conversation, and applies what the call overrides. */
export async function prepareTurn(chat: ChatContext, context: HandlerContext, request: answering.AnswerRequest): Promise<Turn> {
  const { tenant } = identityOf(context);
  const stored = await activeChatbot(chat.chatbots, tenant, request.chatbotId);
  const settings = settingsOf(stored);
  refuseCircle(settings, request);
  const baseModel = baseModelNamed(request.baseModel ?? settings.baseModel);
  if (request.baseModel !== undefined) await requireFeatures(chat.clients, context, needsLargeModels(baseModel) ? ["gpt4"] : []);
  const conversationId = request.conversationId === "" ? newId() : request.conversationId;
  const begun = settings.storeChat
    ? await chat.clients.conversation.beginTurn({ chatbotId: request.chatbotId, conversationId }, callOptions(context))
    : undefined;
  const history = request.appendMessages && begun !== undefined ? begun.history : [];
  return {
    chatbotId: request.chatbotId,
    settings,
    baseModel,
    basePrompt: request.basePrompt ?? settings.basePrompt,
    // No model of ours answers where a backend does, whatever kind of chatbot it is.
    credits: creditsFor(settings.customBackend === undefined ? stored.data.model : "custom-model", baseModel),
    conversationId,
    answerId: newId(),
    source: request.source === "" ? "api" : request.source,
    stored: settings.storeChat,
    append: request.appendMessages,
    sent: request.messages,
    messages: [...history, ...request.messages].map(toSaid),
    fence: begun?.fence ?? 0n,
    silentReason: begun?.silentReason ?? "",
    usesKnowledge: hasKnowledgeBase(stored.data.model, settings) && !settings.ignoreDataSource,
    backend: backendFor(settings, request, history),
  };
}

/** What was said, apart from the text of the files, which the caller extracted. Stored messages name their files alone. */
function toSaid({ role, content, files }: answering.ChatMessage | conversation.Message): Said {
  const attached = files.flatMap((file) =>
    "content" in file && file.content !== undefined ? [`${file.name}:\n${file.content}`] : [],
  );
  return { role, content, attached: attached.join("\n\n") };
}
