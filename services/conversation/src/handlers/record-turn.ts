import type { conversation as proto } from "@parlance/contracts";
import { AppError, identityOf } from "@parlance/platform";
import type { ConversationContext, Handler } from "../context.ts";
import { recordTurn as record } from "../domain/record-turn.ts";
import type { Turn } from "../domain/turn.ts";
import { fromMessage } from "../mappers.ts";
import { requireConversationId } from "../requests.ts";

const mostMessages = 200;

export function recordTurn({ stores, clock }: ConversationContext): Handler<"recordTurn"> {
  return {
    async recordTurn(request, context) {
      const turn = toTurn(request, clock.now());
      await record(stores, { identity: identityOf(context), clock, turn });
      return {};
    },
  };
}

function toTurn(request: proto.RecordTurnRequest, now: number): Turn {
  const { chatbotId, answerId, source, append, answer, messages, costCredits } = request;
  if (answerId === "") throw new AppError("INVALID_REQUEST", { message: "answerId is required" });
  if (messages.length < 1 || messages.length > mostMessages) {
    throw new AppError("INVALID_REQUEST", { message: `messages must have 1-${mostMessages} items` });
  }
  return {
    chatbotId,
    conversationId: requireConversationId(request.conversationId),
    answerId,
    fence: Number(request.fence),
    source,
    append,
    messages: messages.map((message) => fromMessage(message, now)),
    ...(answer !== undefined && { answer: fromMessage(answer, now) }),
    costCredits,
  };
}
