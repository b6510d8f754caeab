import { describe, expect, it } from "vitest";
import { newConversation, type ConversationRecord } from "./conversations.ts";
import type { Role, StoredMessage } from "./messages.ts";
import { decideTurn, type Turn } from "./turn.ts";

const say = (role: Role, content: string): StoredMessage => ({ role, content, time: 1 });
const at = { chatbotId: "0".repeat(24), conversationId: "c", source: "api" };
const stored = (change: Partial<ConversationRecord> = {}): ConversationRecord => ({
  ...newConversation(at, 1_000),
  messages: [say("user", "q1"), say("assistant", "a1")],
  ...change,
});
const turn = (change: Partial<Turn> = {}): Turn => ({
  ...at,
  answerId: "answer",
  fence: 1_000,
  append: true,
  messages: [say("user", "q2")],
  answer: say("assistant", "a2"),
  costCredits: 1,
  answerFollows: false,
  ...change,
});
const contents = (messages: readonly StoredMessage[]) => messages.map(({ content }) => content);

describe("a turn", () => {
  it("begins a conversation that was not there when it began", () => {
    const decision = decideTurn(undefined, turn({ fence: 0, append: false }));
    expect(decision).toMatchObject({ kind: "append", takenOver: false });
    expect(decision.kind === "append" && contents(decision.messages)).toEqual(["q2", "a2"]);
  });

  it("does not bring back a conversation that was deleted after it began", () => {
    expect(decideTurn(undefined, turn())).toEqual({ kind: "deleted" });
    const another = stored({ createdAt: 2_000, fence: 2_000 });
    expect(decideTurn(another, turn())).toEqual({ kind: "deleted" });
  });

  it("that failed and is asked again does not have its question twice, and another question after it is kept", () => {
    const failed = stored({ messages: [...stored().messages, say("user", "q2")] });
    const decision = decideTurn(failed, turn());
    expect(decision.kind === "append" && contents(decision.messages)).toEqual(["a2"]);
    const another = decideTurn(failed, turn({ messages: [say("user", "q3")] }));
    expect(another.kind === "append" && contents(another.messages)).toEqual(["q3", "a2"]);
    const answered = decideTurn(stored(), turn({ messages: [say("user", "q1")] }));
    expect(answered.kind === "append" && contents(answered.messages)).toEqual(["q1", "a2"]);
    const quoted = decideTurn(stored(), turn({ messages: [say("user", "q1"), say("assistant", "a1")] }));
    expect(quoted.kind === "append" && contents(quoted.messages)).toEqual(["q1", "a1", "a2"]);
  });

  it("joins a conversation that another turn began meanwhile", () => {
    expect(decideTurn(stored(), turn({ fence: 0 }))).toMatchObject({ kind: "append", takenOver: false });
  });

  it("is recorded once, and a repetition learns the first outcome", () => {
    const known = (takenOver: boolean) => stored({ turns: [{ answerId: "answer", takenOver }] });
    expect(decideTurn(known(false), turn())).toEqual({ kind: "repeated", takenOver: false });
    expect(decideTurn(known(true), turn())).toEqual({ kind: "repeated", takenOver: true });
  });

  it("loses its answer when a human took over after it began, and keeps what the user said", () => {
    const taken = stored({ owner: "human", fence: 1_001 });
    expect(decideTurn(taken, turn())).toEqual({ kind: "append", messages: [say("user", "q2")], takenOver: true });
  });

  it("loses its answer also when the conversation is back with the AI", () => {
    expect(decideTurn(stored({ fence: 1_002 }), turn())).toMatchObject({ kind: "append", takenOver: true });
  });

  it.each(["waiting", "human"] as const)("without an answer is kept while the conversation is %s", (owner) => {
    const { answer: _silent, ...silent } = turn({ fence: 1_001 });
    expect(decideTurn(stored({ owner, fence: 1_001 }), silent)).toEqual({
      kind: "append",
      messages: [say("user", "q2")],
      takenOver: false,
    });
  });

  it("that sends the whole history does not erase what a human said, and adds only what is new", () => {
    const live = stored({
      owner: "human",
      fence: 1_001,
      messages: [say("user", "q1"), say("assistant", "a1"), say("user", "q2"), say("human", "h1")],
    });
    const whole = [say("user", "q1"), say("assistant", "a1"), say("user", "q2"), say("user", "q3")];
    const decision = decideTurn(live, turn({ append: false, messages: whole }));
    expect(decision).toEqual({ kind: "append", messages: [say("user", "q3")], takenOver: true });
  });

  it("that sends the whole history replaces what is stored", () => {
    expect(decideTurn(stored(), turn({ append: false }))).toEqual({
      kind: "replace",
      messages: [say("user", "q2")],
      answer: [say("assistant", "a2")],
    });
  });
});
