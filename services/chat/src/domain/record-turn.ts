import type { HandlerContext } from "@connectrpc/connect";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { callOptions, identityOf } from "@parlance/platform";
import type { ChatContext } from "../context.ts";
import type { DraftAnswer } from "./compose-answer.ts";
import type { Turn } from "./prepare-turn.ts";

/**
 * Stores a turn with its citations, if the chatbot stores anything. Called after the caller may have gone, so it carries the caller's
 * identity but neither its cancellation nor its deadline.
 */
export async function recordTurn(
  { clients, clock }: ChatContext,
  context: HandlerContext,
  { turn, draft, ...outcome }: { turn: Turn; draft?: DraftAnswer; interrupted: boolean; costCredits: number },
): Promise<void> {
  if (!turn.stored) return;
  const time = timestampFromMs(clock.now());
  await clients.conversation.recordTurn(
    {
      chatbotId: turn.chatbotId,
      conversationId: turn.conversationId,
      answerId: turn.answerId,
      fence: turn.fence,
      source: turn.source,
      append: turn.append,
      messages: turn.sent.map(({ role, content, files }) => ({
        role,
        content,
        time,
        files: files.map(({ name, type, url }) => ({ name, type, url })),
      })),
      ...(draft !== undefined && {
        answer: {
          role: "assistant",
          content: draft.text,
          time,
          citations: draft.citations,
          score: draft.score,
          interrupted: outcome.interrupted,
        },
      }),
      costCredits: outcome.costCredits,
    },
    callOptions(identityOf(context)),
  );
}
