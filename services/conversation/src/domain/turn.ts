import { belongsToHumans, type ConversationRecord } from "./conversations.ts";
import { commonLength, newUtterances, type StoredMessage } from "./messages.ts";

/** A turn as its recorder hands it in. */
export interface Turn {
  chatbotId: string;
  conversationId: string;
  answerId: string;
  /** From BeginTurn; 0 when there was no conversation then. */
  fence: number;
  source: string;
  /** True: `messages` are added. False: they are the whole history. */
  append: boolean;
  messages: readonly StoredMessage[];
  /** Absent when the chatbot kept silent. */
  answer?: StoredMessage;
  costCredits: number;
  /** The answer is still being written: only the messages are stored now, and nothing is announced. */
  answerFollows: boolean;
}

/**
 * What becomes of a turn:
 * - `repeated`: all of it was recorded before, with this outcome;
 * - `deleted`: its conversation was deleted after it began, nothing of it is stored;
 * - `append`: these messages are added, which are the answer alone where the question stands there already, and none where another turn has
 *   replaced the question;
 * - `replace`: these messages are the whole history, to which the answer is added.
 */
export type TurnDecision =
  | { kind: "repeated"; takenOver: boolean }
  | { kind: "deleted" }
  | { kind: "append"; messages: readonly StoredMessage[]; takenOver: boolean }
  | { kind: "replace"; messages: readonly StoredMessage[]; answer: readonly StoredMessage[] };

export function decideTurn(current: ConversationRecord | undefined, turn: Turn): TurnDecision {
  const answer = turn.answer === undefined ? [] : [turn.answer];
  const whole = [...turn.messages, ...answer];
  if (current === undefined) return turn.fence === 0 ? { kind: "append", messages: whole, takenOver: false } : { kind: "deleted" };
  const recorded = current.turns.find(({ answerId }) => answerId === turn.answerId);
  if (recorded !== undefined) return { kind: "repeated", takenOver: recorded.takenOver };
  if (current.superseded?.includes(turn.answerId) === true) return { kind: "append", messages: [], takenOver: false };
  const begun = current.unanswered?.includes(turn.answerId) === true;
  if (begun && turn.answerFollows) return { kind: "repeated", takenOver: false };
  // The fence begins with the time of creation: a smaller one is of a conversation that had this id before.
  if (turn.fence !== 0 && turn.fence < current.createdAt) return { kind: "deleted" };
  const changedHands = turn.fence !== 0 && turn.fence !== current.fence;
  if (changedHands || belongsToHumans(current)) {
    return { kind: "append", messages: begun ? [] : saidNewly(current, turn), takenOver: turn.answer !== undefined };
  }
  if (begun) return { kind: "append", messages: answer, takenOver: false };
  if (turn.append) return { kind: "append", messages: isAskedAgain(current, turn) ? answer : whole, takenOver: false };
  return { kind: "replace", messages: turn.messages, answer };
}

/** Whether the messages stand at the end of the conversation, without an answer: the turn failed, and its caller repeats it. */
function isAskedAgain(current: ConversationRecord, { messages }: Turn): boolean {
  const end = current.messages.slice(-messages.length);
  return messages.at(-1)?.role === "user" && commonLength(end, messages) === messages.length;
}

function saidNewly(current: ConversationRecord, { append, messages }: Turn): StoredMessage[] {
  return append ? messages.filter(({ role }) => role === "user") : newUtterances(current.messages, messages);
}
