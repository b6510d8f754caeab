import type { HandlerContext } from "@connectrpc/connect";
import type { chatbots } from "@parlance/contracts";
import { AppError, callOptions, changeDocument, identityOf, newId } from "@parlance/platform";
import type { ChatContext, Handler } from "../context.ts";
import type { Tenant } from "@parlance/ports";
import { checkBackend } from "../domain/backend.ts";
import { giveBackPlace } from "../domain/give-back-place.ts";
import { defaultModel, isTrainable, modelNamed, storesChats, type Model } from "../domain/models.ts";
import { markDeleted } from "../domain/mark-deleted.ts";
import { requireFeatures } from "../domain/plan.ts";
import { defaultSettings } from "../domain/settings.ts";
import { packSettings } from "../domain/stored-chatbot.ts";

export function createChatbot(chat: ChatContext): Handler<"createChatbot"> {
  return {
    async createChatbot(request, context) {
      const model = request.model === "" ? defaultModel : modelNamed(request.model);
      if (model === "custom-model" && request.customBackend === undefined) {
        throw new AppError("INVALID_REQUEST", { message: "customBackend is required for the custom-model model" });
      }
      checkBackend(chat.safeFetch, { url: request.customBackend, bearer: request.bearer });
      const custom = model === "custom-model" || request.customBackend !== undefined;
      await requireFeatures(chat.clients, context, custom ? ["customModel"] : []);
      const chatbotId = await insertUnfinished(chat, context, { model, request });
      try {
        await chat.clients.account.reserveChatbot({ chatbotId }, callOptions(context));
        const trained = await train(chat, context, { chatbotId, model, sources: request.sources });
        await finish(chat, identityOf(context).tenant, chatbotId);
        return { chatbotId, ...trained };
      } catch (error) {
        // Deletion gives back whatever training has begun.
        await markDeleted(chat, identityOf(context), chatbotId);
        await giveBackPlace(chat, identityOf(context), chatbotId);
        throw error;
      }
    },
  };
}

/** @throws AppError CHATBOT_NOT_FOUND when its user was deleted meanwhile */
async function finish({ chatbots }: ChatContext, tenant: Tenant, chatbotId: string): Promise<void> {
  const stored = await changeDocument(chatbots, { tenant, id: chatbotId }, ({ data }) =>
    data.state === "creating" ? { data: { ...data, state: "active" as const } } : undefined,
  );
  if (stored?.data.state !== "active") throw new AppError("CHATBOT_NOT_FOUND");
}

async function insertUnfinished(
  chat: ChatContext,
  context: HandlerContext,
  { model, request }: { model: Model; request: chatbots.CreateChatbotRequest },
): Promise<string> {
  const settings = defaultSettings(request.chatbotName);
  settings.storeChat = storesChats(model);
  if (request.customBackend !== undefined) settings.customBackend = request.customBackend;
  if (request.bearer !== undefined) settings.bearer = request.bearer;
  const chatbotId = newId();
  await chat.chatbots.insert(identityOf(context).tenant, chatbotId, {
    state: "creating",
    model,
    createdAt: chat.clock.now(),
    settings: packSettings(settings),
  });
  return chatbotId;
}

async function train(
  { clients }: ChatContext,
  context: HandlerContext,
  { chatbotId, model, sources }: { chatbotId: string; model: Model; sources: chatbots.InitialSources | undefined },
) {
  const given = isTrainable(model) ? sources : undefined;
  const isEmpty =
    given === undefined ||
    (given.text === "" && given.urls.length === 0 && given.products.length === 0 && given.questionsAndAnswers.length === 0);
  const options = callOptions(context);
  const {
    consumedCharacters,
    remainingCharacters,
    sources: created,
  } = isEmpty
    ? await clients.ingestion.listSources({ chatbotId }, options)
    : await clients.ingestion.startJob(
        {
          chatbotId,
          text: given.text,
          urls: given.urls,
          products: given.products,
          questionsAndAnswers: given.questionsAndAnswers,
        },
        options,
      );
  return { consumedCharacters, remainingCharacters, sources: created };
}
