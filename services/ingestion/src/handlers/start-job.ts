import { AppError, callOptions, identityOf } from "@parlance/platform";
import type { ingestion } from "@parlance/contracts";
import type { Handler, IngestionContext } from "../context.ts";
import { createChatbotTurns } from "../domain/chatbot-turns.ts";
import { checkedPageOptions } from "../domain/page-options.ts";
import { requireChatbot } from "../domain/require-chatbot.ts";
import { startTraining } from "../domain/start-training.ts";
import { toSourceState } from "../mappers.ts";

export function startJob(service: IngestionContext): Handler<"startJob"> {
  const turns = createChatbotTurns();
  return {
    async startJob(request, context) {
      checkRequest(request);
      const pageOptions = await checkedPageOptions(request.pageOptions);
      const at = await requireChatbot(service, context, { chatbotId: request.chatbotId, trainable: true });
      const { plan } = await service.clients.account.getAccount({}, callOptions(context));
      const limit = Number(plan?.chatbotCharactersLimit ?? 0n);
      const started = await turns.take(at, () => {
        // Who has left meanwhile gets no answer, and must not find later that the call took effect.
        context.signal.throwIfAborted();
        return startTraining(service, at, { request, limit, pageOptions, identity: identityOf(context) });
      });
      return { jobId: started.jobId, ...toSourceState({ ...started, limit }) };
    },
  };
}

/** @throws AppError NOTHING_TO_TRAIN, INVALID_REQUEST */
function checkRequest({ text, products, questionsAndAnswers, urls, deletes, indexAgain }: ingestion.StartJobRequest): void {
  if (!indexAgain && text === "" && products.length + questionsAndAnswers.length + urls.length + deletes.length === 0) {
    throw new AppError("NOTHING_TO_TRAIN");
  }
  for (const { informationJson } of products) {
    if (!isJsonObject(informationJson))
      throw new AppError("INVALID_REQUEST", { message: "products.information must be an object" });
  }
}

function isJsonObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
