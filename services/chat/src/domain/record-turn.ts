import type { HandlerContext } from "@connectrpc/connect";
import { timestampFromMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import type { answering } from "@parlance/contracts";
import { appErrorFrom, callOptions, identityOf } from "@parlance/platform";
import type { ChatContext } from "../context.ts";
import type { DraftAnswer } from "./compose-answer.ts";
import type { Turn } from "./prepare-turn.ts";

/** Longer than an answer that no model writes, and shorter than a visitor notices. */
const momentMs = 50;

/** The conversation was deleted, or a human took it over, while the answer was being written: then it is dropped. */
const dropped: ReadonlySet<string> = new Set(["CONVERSATION_TAKEN_OVER", "CONVERSATION_NOT_FOUND", "CHATBOT_NOT_FOUND"]);

/**
 * Stores a turn with its citations, if the chatbot stores anything. Called after the caller may have gone, so it carries the caller's
 * identity but neither its cancellation nor its deadline.
 * @returns false when the answer was dropped, because the conversation is no longer the one it was written for
 */
export async function recordTurn(
  { clients, clock }: ChatContext,
  context: HandlerContext,
  { turn, draft, ...outcome }: { turn: Turn; draft?: DraftAnswer; interrupted: boolean; costCredits: number },
): Promise<boolean> {
  if (!turn.stored) return true;
  const time = timestampFromMs(clock.now());
  const request = {
    ...whatWasSaid(turn, time),
    ...(draft !== undefined && { answer: toAnswer(draft, { time, interrupted: outcome.interrupted }) }),
    costCredits: outcome.costCredits,
  };
  try {
    await clients.conversation.recordTurn(request, callOptions(identityOf(context)));
    return true;
  } catch (error) {
    if (dropped.has(appErrorFrom(error).reason)) return false;
    throw error;
  }
}

/**
 * Stores what was said by itself once its answer takes longer than a moment, so that a crash in the middle of the answer does not lose it. An
 * answer that is there at once is stored with its question in one write. What goes wrong here is left to {@link recordTurn}.
 * @returns to be called when the answer has ended: gives the turn as it is to be recorded
 */
export function keepQuestion({ clients, clock }: ChatContext, context: HandlerContext, turn: Turn): () => Promise<Turn> {
  if (!turn.stored) return () => Promise.resolve(turn);
  let kept: Promise<Turn> | undefined;
  const timer = setTimeout(() => {
    const request = whatWasSaid(turn, timestampFromMs(clock.now()));
    kept = clients.conversation.recordQuestion(request, callOptions(identityOf(context))).then(
      // A turn that begins its conversation learns the fence here.
      ({ fence }) => ({ ...turn, fence: turn.fence || fence }),
      () => turn,
    );
  }, momentMs);
  return () => {
    clearTimeout(timer);
    return kept ?? Promise.resolve(turn);
  };
}

function whatWasSaid({ chatbotId, conversationId, answerId, fence, source, append, sent }: Turn, time: Timestamp) {
  return { chatbotId, conversationId, answerId, fence, source, append, messages: sent.map((message) => toStored(message, time)) };
}

function toStored({ role, content, files }: answering.ChatMessage, time: Timestamp) {
  return { role, content, time, files: files.map(({ name, type, url }) => ({ name, type, url })) };
}

function toAnswer({ text, citations, score }: DraftAnswer, { time, interrupted }: { time: Timestamp; interrupted: boolean }) {
  return { role: "assistant", content: text, time, citations, interrupted, ...(score !== undefined && { score }) };
}
