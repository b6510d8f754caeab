import type { conversation as proto } from "@parlance/contracts";
import { AppError, identityOf } from "@parlance/platform";
import type { ConversationContext, Handler } from "../context.ts";
import type { Turn } from "../domain/turn.ts";
import { fromMessage } from "../mappers.ts";
import { requireConversationId } from "../requests.ts";

const mostMessages = 200;

export function recordQuestion({ recordTurn: record, clock }: ConversationContext): Handler<"recordQuestion"> {
  return {
    async recordQuestion(request, context) {
      const turn = { ...toQuestion(request, clock.now()), costCredits: 0, answerFollows: true };
      return { fence: BigInt(await record({ identity: identityOf(context), clock, turn })) };
    },
  };
}

export function recordTurn({ recordTurn: record, clock }: ConversationContext): Handler<"recordTurn"> {
  return {
    async recordTurn(request, context) {
      const { answer, costCredits } = request;
      const now = clock.now();
      const turn = {
        ...toQuestion(request, now),
        ...(answer !== undefined && { answer: fromMessage(answer, now) }),
        costCredits,
        answerFollows: false,
      };
      await record({ identity: identityOf(context), clock, turn });
      return {};
    },
  };
}

function toQuestion(
  request: proto.RecordQuestionRequest | proto.RecordTurnRequest,
  now: number,
): Omit<Turn, "answer" | "costCredits" | "answerFollows"> {
  const { chatbotId, answerId, source, append, messages } = request;
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
  };
}
