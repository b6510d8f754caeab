import type { HandlerContext } from "@connectrpc/connect";
import type { retrieval } from "@parlance/contracts";
import { callOptions } from "@parlance/platform";
import type { ChatContext } from "../context.ts";
import type { Turn } from "./prepare-turn.ts";
import { standaloneQuestion } from "./question.ts";
import { isCovered } from "./refusal.ts";

/** What an answer rests on. */
export interface Evidence {
  /** The last question, made to stand alone, without misspelt words as far as the knowledge tells them. */
  question: string;
  /** Best first. */
  hits: readonly retrieval.Hit[];
  /** Whether they suffice for an answer. */
  covered: boolean;
}

/** Passages that an answer may rest on. */
const passagesPerAnswer = 5;

/** Finds passages for a turn and judges whether they cover its question. */
export async function gatherEvidence(
  { clients, limits }: ChatContext,
  context: HandlerContext,
  turn: Pick<Turn, "chatbotId" | "messages" | "usesKnowledge">,
): Promise<Evidence> {
  const question = standaloneQuestion(turn.messages);
  if (!turn.usesKnowledge || question === "") return { question, hits: [], covered: false };
  const options = callOptions(context);
  const found = await clients.retrieval.search({ chatbotId: turn.chatbotId, query: question, limit: passagesPerAnswer }, options);
  const covered = await isCovered(found, limits, (passages) =>
    clients.retrieval.measureSupport(
      { query: found.understoodQuery, passages: passages.map(({ text, language }) => ({ text, language })) },
      options,
    ),
  );
  return { question: found.understoodQuery, hits: found.hits, covered };
}
