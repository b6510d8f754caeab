import { AppError, isId, makeEvent, newUuid, type Clock, type Identity } from "@parlance/platform";
import { isStoreError, type OutboxEvent } from "@parlance/ports";
import { keyOf, newConversation, type ConversationRecord, type ConversationStores, type PageReference } from "./conversations.ts";
import { eraseConversation, finishDeletion } from "./erase.ts";
import { createInOrder } from "./in-order.ts";
import type { StoredMessage } from "./messages.ts";
import { replaceHistory } from "./replace-history.ts";
import { splitMessages } from "./split-messages.ts";
import { decideTurn, type Turn, type TurnDecision } from "./turn.ts";

const attempts = 20;
const turnsKept = 50;
/** More than are under way at once, of which crashes leave some behind. */
const unansweredKept = 1_000;

/** Records a turn. @returns and @throws as {@link recordTurn} */
export type TurnRecorder = (request: TurnRequest) => Promise<number>;

/**
 * Turns of one conversation that meet in a process are recorded one after another, since writers that race each other wear each other out.
 * Between processes the version check of the write decides.
 */
export function createTurnRecorder(stores: ConversationStores): TurnRecorder {
  const inOrder = createInOrder();
  return (request) => {
    const { identity, turn } = request;
    // Nobody waits for another user's turns, whatever ids they name.
    return inOrder(`${identity.tenant} ${keyOf(turn.chatbotId, turn.conversationId)}`, () => recordTurn(stores, request));
  };
}

/**
 * Stores a turn and its event in one write of the conversation's document, or in two where the answer follows: what was said, then the answer
 * and the event. Pages of older messages are written before it and belong to nobody until it names them.
 * @returns the conversation's fence
 * @throws AppError CONVERSATION_TAKEN_OVER when the answer was dropped, CONVERSATION_NOT_FOUND when the conversation was deleted after the
 * turn began, CHATBOT_NOT_FOUND when the chatbot was, VERSION_CONFLICT after 20 lost races
 */
async function recordTurn(stores: ConversationStores, { identity, clock, turn }: TurnRequest): Promise<number> {
  if (!isId(turn.chatbotId)) throw new AppError("CHATBOT_NOT_FOUND");
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const outcome = await tryRecord(stores, { identity, clock, turn });
    if (outcome === "again") continue;
    await refuseErasedChatbot(stores, { identity, clock, turn });
    if (outcome.takenOver) throw new AppError("CONVERSATION_TAKEN_OVER");
    return outcome.fence;
  }
  throw new AppError("VERSION_CONFLICT");
}

export interface TurnRequest {
  identity: Identity;
  clock: Clock;
  turn: Turn;
}

async function tryRecord(
  stores: ConversationStores,
  request: TurnRequest,
): Promise<{ takenOver: boolean; fence: number } | "again"> {
  const { identity, turn } = request;
  const { tenant } = identity;
  const stored = await stores.conversations.get(tenant, keyOf(turn.chatbotId, turn.conversationId));
  if (stored !== undefined && stored.data.deletedAt !== null) {
    await finishDeletion(stores, stored);
    return "again";
  }
  const decision = decideTurn(stored?.data, turn);
  if (decision.kind === "deleted") throw new AppError("CONVERSATION_NOT_FOUND");
  const now = request.clock.now();
  const before = stored?.data ?? newConversation(turn, now);
  if (decision.kind === "repeated") return { takenOver: decision.takenOver, fence: before.fence };
  const history = await historyAfter(stores, request, { before, decision });
  if (history === undefined) return "again";
  const { data, events, made } = await nextRecord(stores, request, { before, decision, history, now });
  try {
    if (stored === undefined)
      await stores.conversations.insert(tenant, keyOf(turn.chatbotId, turn.conversationId), data, { events });
    else await stores.conversations.replace(stored, data, { events });
  } catch (error) {
    if (!isStoreError(error, "version_conflict", "already_exists")) throw error;
    await erasePages(stores, request, made);
    return "again";
  }
  // What a replaced history no longer names. When this is cut off, the pages go with the conversation.
  await erasePages(
    stores,
    request,
    before.pages.filter((page) => !data.pages.includes(page)),
  );
  return { takenOver: takenOverBy(decision), fence: data.fence };
}

type Written = Extract<TurnDecision, { kind: "append" | "replace" }>;

interface History {
  pages: readonly PageReference[];
  messages: readonly StoredMessage[];
}

async function historyAfter(
  { pages }: ConversationStores,
  { identity }: TurnRequest,
  { before, decision }: { before: ConversationRecord; decision: Written },
): Promise<History | undefined> {
  if (decision.kind === "append") return { pages: before.pages, messages: [...before.messages, ...decision.messages] };
  const replaced = await replaceHistory(pages, identity.tenant, before, decision.messages);
  return replaced && { pages: replaced.pages, messages: [...replaced.messages, ...decision.answer] };
}

/** The conversation after the turn, with its event. Pages that it needs are written here, under new ids, so no writer can meet another's. */
async function nextRecord(
  { pages }: ConversationStores,
  { identity, turn }: TurnRequest,
  { before, decision, history, now }: { before: ConversationRecord; decision: Written; history: History; now: number },
): Promise<{ data: ConversationRecord; events: OutboxEvent[]; made: PageReference[] }> {
  const split = splitMessages(history.messages);
  const made: PageReference[] = [];
  for (const messages of split.pages) {
    const id = newUuid();
    await pages.insert(identity.tenant, id, { incarnation: before.incarnation, messages });
    made.push({ id, count: messages.length });
  }
  const { chatbotId, conversationId, answerId, costCredits } = turn;
  const others = (before.unanswered ?? []).filter((id) => id !== answerId);
  const isReplaced = decision.kind === "replace";
  const unanswered = isReplaced ? [] : others;
  const written = {
    ...before,
    updatedAt: Math.max(now, before.updatedAt),
    pages: [...history.pages, ...made],
    messages: split.rest,
    superseded: [...(before.superseded ?? []), ...(isReplaced ? others : [])].slice(-unansweredKept),
  };
  if (turn.answerFollows) {
    return { data: { ...written, unanswered: [...unanswered, answerId].slice(-unansweredKept) }, events: [], made };
  }
  const takenOver = takenOverBy(decision);
  const data = { ...written, unanswered, turns: [...before.turns, { answerId, takenOver }].slice(-turnsKept) };
  const answered = !takenOver && turn.answer !== undefined && turn.answer.interrupted !== true;
  const payload = { chatbotId, conversationId, answerId, source: before.source, costCredits, answered };
  const event = makeEvent("conversation.turn.recorded.v1", { identity, key: conversationId, time: now, payload });
  return { data, events: [event], made };
}

function takenOverBy(decision: Written): boolean {
  return decision.kind === "append" && decision.takenOver;
}

async function erasePages({ pages }: ConversationStores, { identity }: TurnRequest, gone: readonly PageReference[]): Promise<void> {
  for (const { id } of gone) await pages.delete(identity.tenant, id);
}

/**
 * A chatbot is marked as erased before its conversations are looked for. So a turn that was written too late to be found sees the mark
 * here, after its write, and takes itself back.
 */
async function refuseErasedChatbot(stores: ConversationStores, { identity, turn }: TurnRequest): Promise<void> {
  if ((await stores.erasedChatbots.get(identity.tenant, turn.chatbotId)) === undefined) return;
  await eraseConversation(stores, identity.tenant, keyOf(turn.chatbotId, turn.conversationId));
  throw new AppError("CHATBOT_NOT_FOUND");
}
