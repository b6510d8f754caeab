import { setImmediate as nextTurn } from "node:timers/promises";
import { fromBinary } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { conversationEvents } from "@parlance/contracts";
import { newId } from "@parlance/platform";
import { failureOf, settableClock, transports, until } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyOf, type Owner } from "../src/domain/conversations.ts";
import { createTurnRecorder } from "../src/domain/record-turn.ts";
import { announced, newVisitor, readAll, startConversation, type ConversationProcess } from "./support.ts";

const citation = {
  chunkId: "chunk",
  documentId: "document",
  revision: "r1",
  sourceName: "handbook",
  sourceType: "text",
  citedText: "Dogs are welcome.",
  start: 3,
  end: 20,
  cosine: 0.75,
};

describe.each(transports)("turns over %s", (transport) => {
  const { clock, advance } = settableClock();
  let started: ConversationProcess;
  beforeAll(async () => {
    started = await startConversation({ transport, clock });
  });
  afterAll(() => started.stop());

  const handOver = async (visitor: ReturnType<typeof newVisitor>, conversationId: string, owner: Owner) => {
    const stored = await started.stores.conversations.get(visitor.tenant, keyOf(visitor.chatbotId, conversationId));
    if (stored === undefined) throw new Error("there is no conversation to hand over");
    await started.stores.conversations.replace(stored, { ...stored.data, owner, fence: stored.data.fence + 1 });
  };

  it("are there with their citations, score and times for the next one", async () => {
    const visitor = newVisitor(started);
    expect(await visitor.begin("c")).toMatchObject({ history: [], fence: 0n, silentReason: "" });
    await visitor.record("c", {
      said: ["May I bring my dog?"],
      answer: "Yes.",
      details: { citations: [citation as never], score: 0.75 },
    });
    const { history, silentReason } = await visitor.begin("c");
    expect(history).toMatchObject([
      { role: "user", content: "May I bring my dog?" },
      { role: "assistant", content: "Yes.", citations: [citation], score: 0.75, interrupted: false },
    ]);
    expect(history.map((message) => message.time && timestampMs(message.time))).toEqual([clock.now(), clock.now()]);
    expect(silentReason).toBe("");
  });

  it("are added when appended, and replaced by a whole history, whose known part keeps its citations", async () => {
    const visitor = newVisitor(started);
    await visitor.record("c", { said: ["q1"], answer: "a1", details: { citations: [citation as never] } });
    await visitor.record("c", { said: ["q2"], answer: "a2" });
    expect(await visitor.read("c")).toEqual(["user: q1", "assistant: a1", "user: q2", "assistant: a2"]);
    const history = [
      { role: "user", content: "q1" },
      { role: "assistant", content: "a1" },
      { role: "user", content: "other" },
    ];
    const asked = clock.now();
    advance(60_000);
    await visitor.record("c", { history, answer: "a3" });
    expect(await visitor.read("c")).toEqual(["user: q1", "assistant: a1", "user: other", "assistant: a3"]);
    const stored = (await visitor.begin("c")).history;
    expect(stored[1]?.citations).toMatchObject([citation]);
    expect(stored.map((message) => message.time && timestampMs(message.time))).toEqual([asked, asked, clock.now(), clock.now()]);
  });

  it("are recorded once however often they are handed in, in parallel too", async () => {
    const visitor = newVisitor(started);
    const events = await announced(started, "conversation.turn.recorded.v1");
    const turn = { said: ["q1"], answer: "a1", answerId: newId(), costCredits: 2, fence: 0n };
    await Promise.all([1, 2, 3].map(() => visitor.record("c", turn)));
    await visitor.record("c", turn);
    expect(await visitor.read("c")).toEqual(["user: q1", "assistant: a1"]);
    await visitor.record("c", { said: ["q2"], answer: "partial", details: { interrupted: true } });
    await visitor.record("last", { said: ["q3"], answer: "a3" });
    const mine = () => events.filter(({ tenant }) => tenant === visitor.user);
    await until("three turns are announced", () => mine().length >= 3);
    expect(mine()).toHaveLength(3);
    const payloads = mine().map(({ payload }) => fromBinary(conversationEvents.TurnRecordedSchema, payload));
    expect(payloads.filter((payload) => payload.answerId === turn.answerId)).toMatchObject([
      { chatbotId: visitor.chatbotId, conversationId: "c", source: "api", costCredits: 2, answered: true },
    ]);
    expect(payloads.filter((payload) => payload.answered)).toHaveLength(2);
  });

  it("whose answer takes its time are kept without it, and then completed and announced once", async () => {
    const visitor = newVisitor(started);
    const events = await announced(started, "conversation.turn.recorded.v1");
    const question = { said: ["q1"], answerId: newId(), fence: 0n };
    const begun = await visitor.ask("c", question);
    expect(await visitor.read("c")).toEqual(["user: q1"]);
    expect(begun.fence).toBe((await visitor.begin("c")).fence);
    await visitor.ask("c", question);
    const whole = { ...question, answer: "a1", fence: begun.fence };
    await visitor.record("c", whole);
    await visitor.record("c", whole);
    await visitor.ask("c", question);
    expect(await visitor.read("c")).toEqual(["user: q1", "assistant: a1"]);

    const history = ["q1", "a1", "q2"].map((content, index) => ({ role: index === 1 ? "assistant" : "user", content }));
    const second = { history, answerId: newId() };
    await visitor.ask("c", second);
    await visitor.record("c", { ...second, answer: "a2" });
    expect(await visitor.read("c")).toEqual(["user: q1", "assistant: a1", "user: q2", "assistant: a2"]);
    await visitor.record("last", { said: ["q3"], answer: "a3" });
    const mine = () => events.filter(({ tenant }) => tenant === visitor.user);
    await until("three turns are announced", () => mine().length >= 3);
    expect(mine()).toHaveLength(3);
  });

  it("whose answer takes its time lose it to a human or a deletion meanwhile, and keep what was said once", async () => {
    const visitor = newVisitor(started);
    const turn = { said: ["q1"], answerId: newId() };
    const { fence } = await visitor.ask("c", { ...turn, fence: 0n });
    await handOver(visitor, "c", "human");
    expect((await failureOf(visitor.record("c", { ...turn, answer: "late", fence }))).reason).toBe("CONVERSATION_TAKEN_OVER");
    expect(await visitor.read("c")).toEqual(["user: q1"]);

    const begun = await visitor.ask("d", { ...turn, fence: 0n });
    await started.clients.conversation.deleteConversation({ chatbotId: visitor.chatbotId, conversationId: "d" }, visitor.as);
    const late = visitor.record("d", { ...turn, answer: "late", fence: begun.fence });
    expect((await failureOf(late)).reason).toBe("CONVERSATION_NOT_FOUND");
    expect((await failureOf(visitor.read("d"))).reason).toBe("CONVERSATION_NOT_FOUND");
  });

  it("whose answer takes its time have no part in the history by which another turn replaces theirs, and are announced", async () => {
    const visitor = newVisitor(started);
    const events = await announced(started, "conversation.turn.recorded.v1");
    const asked = (content: string) => ({ history: [{ role: "user", content }], answerId: newId() });
    const [mistyped, corrected] = [asked("wjen?"), asked("when?")];
    const { fence } = await visitor.ask("c", { ...mistyped, fence: 0n });
    await visitor.ask("c", corrected);
    for (let times = 0; times < 2; times++) await visitor.record("c", { ...mistyped, answer: "Pardon?", costCredits: 2, fence });
    await visitor.record("c", { ...corrected, answer: "At noon." });
    expect(await visitor.read("c")).toEqual(["user: when?", "assistant: At noon."]);
    await visitor.record("last", { said: ["q"], answer: "a" });
    const mine = () => events.filter(({ tenant }) => tenant === visitor.user);
    await until("three turns are announced", () => mine().length >= 3);
    expect(mine().map(({ payload }) => fromBinary(conversationEvents.TurnRecordedSchema, payload))).toMatchObject([
      { answerId: mistyped.answerId, costCredits: 2, answered: true },
      { answerId: corrected.answerId },
      { conversationId: "last" },
    ]);
  });

  it("of many writers at once are all there", async () => {
    const visitor = newVisitor(started);
    const said = Array.from({ length: 8 }, (_, index) => `q${index}`);
    await Promise.all(said.map((content) => visitor.record("c", { said: [content], answer: "a" })));
    const lines = await visitor.read("c");
    expect(lines.filter((line) => line.startsWith("user")).toSorted()).toEqual(said.map((content) => `user: ${content}`));
    expect(lines).toHaveLength(16);
  });

  it("of more writers at once than may race for one write are all there, also on a store that takes its time", async () => {
    const { user, tenant, chatbotId } = newVisitor(started);
    const { conversations } = started.stores;
    const slow = Object.assign(Object.create(conversations) as typeof conversations, {
      get: async (...at: Parameters<typeof conversations.get>) => {
        const stored = await conversations.get(...at);
        await nextTurn();
        return stored;
      },
    });
    const record = createTurnRecorder({ ...started.stores, conversations: slow });
    const turn = (number: number) => ({
      chatbotId,
      conversationId: "c",
      answerId: newId(),
      fence: 0,
      source: "api",
      append: true,
      messages: [{ role: "user" as const, content: `q${number}`, time: number }],
      costCredits: 1,
      answerFollows: false,
    });
    const identity = { tenant, requestId: "r" };
    await Promise.all(Array.from({ length: 60 }, (_, number) => record({ identity, clock, turn: turn(number) })));
    expect(await readAll(started, { conversationId: "c", chatbotId, user })).toHaveLength(60);
  });

  it("under way at once have their questions once, however many they are", async () => {
    const visitor = newVisitor(started);
    const turns = Array.from({ length: 60 }, (_, number) => ({ said: [`q${number}`], answerId: newId() }));
    const { fence } = await visitor.ask("c", { said: ["first"], answerId: newId(), fence: 0n });
    for (const turn of turns) await visitor.ask("c", { ...turn, fence });
    for (const turn of turns) await visitor.record("c", { ...turn, answer: "a", fence });
    const questions = turns.flatMap(({ said }) => said.map((content) => `user: ${content}`));
    expect(await visitor.read("c")).toEqual(["user: first", ...questions, ...turns.map(() => "assistant: a")]);
  });

  it("that a human overtook lose their answer and keep what the user said, again and again", async () => {
    const visitor = newVisitor(started);
    await visitor.record("c", { said: ["q1"], answer: "a1" });
    const { fence } = await visitor.begin("c");
    await handOver(visitor, "c", "human");
    const turn = { said: ["q2"], answer: "too late", answerId: newId(), fence };
    const refused = { reason: "CONVERSATION_TAKEN_OVER", code: "Aborted" };
    expect(await failureOf(visitor.record("c", turn))).toMatchObject(refused);
    expect(await failureOf(visitor.record("c", turn))).toMatchObject(refused);
    expect(await visitor.read("c")).toEqual(["user: q1", "assistant: a1", "user: q2"]);
  });

  it.each(["waiting", "human"] as const)("begin silent while the conversation is %s, and what is said is kept", async (owner) => {
    const visitor = newVisitor(started);
    await visitor.record("c", { said: ["q1"], answer: "a1" });
    await handOver(visitor, "c", owner);
    expect((await visitor.begin("c")).silentReason).toBe("live-chat");
    await visitor.record("c", { said: ["q2"] });
    await visitor.record("c", {
      history: [
        { role: "user", content: "q2" },
        { role: "user", content: "q3" },
      ],
    });
    expect(await visitor.read("c")).toEqual(["user: q1", "assistant: a1", "user: q2", "user: q3"]);
  });

  it("begun before their conversation was deleted do not bring it back; those begun after do begin it anew", async () => {
    const visitor = newVisitor(started);
    await visitor.record("c", { said: ["q1"], answer: "a1" });
    const { fence } = await visitor.begin("c");
    const at = { chatbotId: visitor.chatbotId, conversationId: "c" };
    await started.clients.conversation.deleteConversation(at, visitor.as);
    const late = visitor.record("c", { history: [{ role: "user", content: "q1" }], answer: "late", fence });
    expect((await failureOf(late)).reason).toBe("CONVERSATION_NOT_FOUND");
    expect((await failureOf(visitor.read("c"))).reason).toBe("CONVERSATION_NOT_FOUND");

    const again = await visitor.begin("c");
    expect(again).toMatchObject({ history: [], fence: 0n });
    await visitor.record("c", { said: ["fresh"], answer: "start", fence: again.fence });
    expect(await visitor.read("c")).toEqual(["user: fresh", "assistant: start"]);
  });

  it("are refused with an id, a role or a number of messages that cannot be", async () => {
    const visitor = newVisitor(started);
    for (const id of ["", "a/b", "x".repeat(201), "tab\t"]) {
      expect((await failureOf(visitor.begin(id))).reason).toBe("INVALID_REQUEST");
      expect((await failureOf(visitor.record(id, { said: ["q"], fence: 0n }))).reason).toBe("INVALID_REQUEST");
    }
    expect((await failureOf(visitor.record("c", { history: [{ role: "system", content: "x" }] }))).reason).toBe("INVALID_REQUEST");
    expect((await failureOf(visitor.record("c", { said: [] }))).reason).toBe("INVALID_REQUEST");
    expect((await failureOf(visitor.record("c", { said: Array.from({ length: 201 }, String) }))).reason).toBe("INVALID_REQUEST");
    expect((await failureOf(visitor.read("c"))).reason).toBe("CONVERSATION_NOT_FOUND");
  });
});
