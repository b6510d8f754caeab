import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { AppError, callOptions, identityOf } from "@parlance/platform";
import type { ChatContext, Handler } from "../context.ts";
import { composeAnswer, type DraftAnswer } from "../domain/compose-answer.ts";
import { gatherEvidence } from "../domain/gather-evidence.ts";
import { prepareTurn, type Turn } from "../domain/prepare-turn.ts";
import { keepQuestion, recordTurn } from "../domain/record-turn.ts";

/** Answers a turn: prepare, reserve, retrieve, stream, record, settle. */
export function answer(chat: ChatContext): Handler<"answer"> {
  return {
    async *answer(request, context) {
      if (!request.messages.some((message) => message.role === "user")) {
        throw new AppError("INVALID_REQUEST", { message: "messages must contain at least one user message" });
      }
      const turn = await prepareTurn(chat, context, request);
      if (turn.silentReason !== "") {
        await recordTurn(chat, context, { turn: lastMessageOnly(turn), interrupted: false, costCredits: 0 });
        yield started(turn);
        yield { event: { case: "completed" as const, value: { costCredits: 0 } } };
        return;
      }
      await chat.clients.account.reserveCredits({ answerId: turn.answerId, credits: turn.credits }, callOptions(context));
      yield* answerPaid(chat, context, turn);
    },
  };
}

/** The part of a turn for which credits are reserved: whatever happens in it, they are settled and what was said is stored. */
async function* answerPaid(chat: ChatContext, context: HandlerContext, turn: Turn) {
  const draft: DraftAnswer = { text: "", refused: false, citations: [], score: undefined };
  const keptQuestion = keepQuestion(chat, context, turn);
  let outcome: "failed" | "left" | "complete" = "left";
  try {
    const evidence = await gatherEvidence(chat, context, turn);
    yield started(turn);
    for await (const text of composeAnswer(chat, turn, { evidence, draft, signal: context.signal })) {
      yield { event: { case: "delta" as const, value: { text } } };
    }
    outcome = "complete";
    const costCredits = await settle(chat, context, { turn: await keptQuestion(), draft, outcome });
    const { citations, refused, score } = draft;
    yield {
      event: { case: "completed" as const, value: { costCredits, citations, refused, ...(score !== undefined && { score }) } },
    };
  } catch (error) {
    if (outcome !== "complete" && (!context.signal.aborted || endedHere(context.signal))) outcome = "failed";
    throw error;
  } finally {
    // A caller that leaves ends the generator here, without an error.
    if (outcome !== "complete") await settle(chat, context, { turn: await keptQuestion(), draft, outcome });
  }
}

/** Whether a call was ended by its deadline or by a process that stops, and not by whoever asked: that is a failure like any other. */
function endedHere({ reason }: AbortSignal): boolean {
  const { code } = ConnectError.from(reason);
  return code === Code.DeadlineExceeded || code === Code.Unavailable;
}

/**
 * Stores the turn and settles its credits. A whole answer costs what was reserved, and so does one whose caller left while it was being
 * written; one that failed, was cut at a deadline or a stop, never began or could not be stored costs nothing.
 */
async function settle(
  chat: ChatContext,
  context: HandlerContext,
  { turn, draft, outcome }: { turn: Turn; draft: DraftAnswer; outcome: "failed" | "left" | "complete" },
): Promise<number> {
  let costCredits = outcome === "failed" || draft.text === "" ? 0 : turn.credits;
  const interrupted = outcome !== "complete";
  try {
    const recorded = await recordTurn(chat, context, { turn, ...(draft.text !== "" && { draft }), interrupted, costCredits });
    if (!recorded) costCredits = 0;
  } catch (error) {
    // The caller is told that the answer failed.
    costCredits = 0;
    throw error;
  } finally {
    await chat.clients.account.settleCredits({ answerId: turn.answerId, credits: costCredits }, callOptions(identityOf(context)));
  }
  return costCredits;
}

/**
 * While a human answers, what the visitor says is added to the stored conversation: the history that the caller sent does not know what
 * the human said, and must not replace it.
 */
function lastMessageOnly(turn: Turn): Turn {
  const said = turn.sent.findLast((message) => message.role === "user");
  return { ...turn, append: true, sent: said === undefined ? [] : [said] };
}

function started(turn: Turn) {
  const { conversationId, answerId, silentReason } = turn;
  return { event: { case: "started" as const, value: { conversationId, answerId, silentReason } } };
}
