import type { HandlerContext } from "@connectrpc/connect";
import type { retrieval } from "@parlance/contracts";
import { smallTalk, words, type SmallTalk } from "@parlance/language";
import { callOptions } from "@parlance/platform";
import type { ChatContext } from "../context.ts";
import { tellsFact } from "./asked-fact.ts";
import type { Turn } from "./prepare-turn.ts";
import { standaloneQuestion } from "./question.ts";
import { isCovered, type LookCloser } from "./refusal.ts";

/** What an answer rests on. */
export interface Evidence {
  /** The last question, made to stand alone, without misspelt words as far as the knowledge tells them. */
  question: string;
  /** Best first. */
  hits: readonly retrieval.Hit[];
  /** Whether they suffice for an answer. */
  covered: boolean;
  /** That the last message asks nothing of the knowledge, and what it says instead. */
  smallTalk?: SmallTalk;
}

/** Passages that an answer may rest on. */
const passagesPerAnswer = 5;
/** Of these, those whose single sentences are looked at in doubt. */
const passagesToLookAt = 3;

/** Finds passages for a turn and judges whether they cover its question: in the first wording in which they do, else in the best one. */
export async function gatherEvidence(chat: ChatContext, context: HandlerContext, turn: TurnToCover): Promise<Evidence> {
  const message = turn.messages.findLast(({ role, content }) => role === "user" && content.trim() !== "")?.content.trim() ?? "";
  const said = smallTalk(message);
  if (said !== undefined) return smallTalkEvidence(chat, context, { turn, said, message });
  if (!turn.usesKnowledge) return { question: standaloneQuestion(turn.messages), hits: [], covered: false };
  const [best, ...others] = await chat.readQuestion(turn, context.signal);
  if (best === undefined) return { question: "", hits: [], covered: false };
  const { chatbotId } = turn;
  const followUp = best === message ? undefined : message;
  const evidence = await evidenceFor(chat, context, { chatbotId, query: best, followUp });
  for (const query of others) {
    if (evidence.covered) break;
    const second = await evidenceFor(chat, context, { chatbotId, query });
    if (second.covered) return second;
  }
  return evidence;
}

/** An owner who wrote what is to be said to "hello" has the last word; else nothing of the knowledge goes into the reply. */
async function smallTalkEvidence(
  chat: ChatContext,
  context: HandlerContext,
  { turn, said, message }: { turn: TurnToCover; said: SmallTalk; message: string },
): Promise<Evidence> {
  if (!turn.usesKnowledge) return { question: message, hits: [], covered: false, smallTalk: said };
  const asked = { chatbotId: turn.chatbotId, query: message, limit: passagesPerAnswer };
  const { hits } = await chat.clients.retrieval.search(asked, callOptions(context));
  const written = hits.find(({ sourceType, sourceName }) => sourceType === "q&a" && sameWords(sourceName, message));
  if (written !== undefined) return { question: message, hits: [written], covered: true };
  return { question: message, hits, covered: false, smallTalk: said };
}

function sameWords(one: string, other: string): boolean {
  return words(one).join(" ") === words(other).join(" ");
}

type TurnToCover = Pick<Turn, "chatbotId" | "baseModel" | "messages" | "usesKnowledge">;

async function evidenceFor(
  { clients, limits, model }: ChatContext,
  context: HandlerContext,
  { chatbotId, query, followUp }: { chatbotId: string; query: string; followUp?: string | undefined },
): Promise<Evidence> {
  const options = callOptions(context);
  const found = await clients.retrieval.search({ chatbotId, query, limit: passagesPerAnswer }, options);
  const question = found.understoodQuery;
  const passages = found.hits.slice(0, passagesToLookAt).map(({ text, language }) => ({ text, language }));
  let looked: ReturnType<LookCloser> | undefined;
  const lookCloser: LookCloser = () => (looked ??= clients.retrieval.measureSupport({ query: question, passages }, options));
  const asked = { question, found };
  const spokenOf = await isCovered(asked, limits, lookCloser);
  const covered = spokenOf && (model.kind === "generative" || (await tellsFact({ ...asked, typed: query, followUp }, lookCloser)));
  return { question, hits: found.hits, covered };
}
