import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { failureOf, settableClock, transports } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newVisitor, readAll, startConversation, type ConversationProcess } from "./support.ts";

describe.each(transports)("listing over %s", (transport) => {
  const { clock, advance } = settableClock();
  let started: ConversationProcess;
  beforeAll(async () => {
    started = await startConversation({ transport, clock });
  });
  afterAll(() => started.stop());

  const client = () => started.clients.conversation;
  const list = async (visitor: ReturnType<typeof newVisitor>, filter: object = {}) => {
    const answer = await client().listConversations({ chatbotId: visitor.chatbotId, ...filter }, visitor.as);
    return { ids: answer.conversations.map(({ conversationId }) => conversationId), total: Number(answer.total) };
  };
  const many = async () => {
    const visitor = newVisitor(started);
    const times: number[] = [];
    for (const [index, source] of ["api", "widget", "api", "widget", "api"].entries()) {
      times.push(advance(1_000));
      await visitor.record(`c${index}`, { said: ["q"], answer: "a", source });
    }
    return { visitor, times };
  };

  it("gives the newest first with their messages and the total, whatever the page", async () => {
    const { visitor } = await many();
    expect(await list(visitor)).toEqual({ ids: ["c4", "c3", "c2", "c1", "c0"], total: 5 });
    expect(await list(visitor, { offset: 1, pageSize: 2 })).toEqual({ ids: ["c3", "c2"], total: 5 });
    expect(await list(visitor, { offset: 9 })).toEqual({ ids: [], total: 5 });
    const { conversations } = await client().listConversations({ chatbotId: visitor.chatbotId, pageSize: 1 }, visitor.as);
    expect(conversations[0]).toMatchObject({ chatbotId: visitor.chatbotId, source: "api", owner: "ai", nextMessageToken: "" });
    expect(conversations[0]?.liveChatEnded).toBeUndefined();
    expect(conversations[0]?.messages.map(({ content }) => content)).toEqual(["q", "a"]);
  });

  it("keeps its order when a conversation goes on, and orders those of one moment by id", async () => {
    const { visitor } = await many();
    await visitor.record("c0", { said: ["again"], answer: "a" });
    expect((await list(visitor)).ids).toEqual(["c4", "c3", "c2", "c1", "c0"]);
    advance(1_000);
    for (const id of ["x", "z", "y"]) await visitor.record(id, { said: ["q"], answer: "a" });
    expect((await list(visitor, { pageSize: 3 })).ids).toEqual(["z", "y", "x"]);
  });

  it("filters by the time of creation, both ends included, and by source", async () => {
    const { visitor, times } = await many();
    const at = (index: number) => timestampFromMs(times[index] ?? 0);
    expect(await list(visitor, { createdFrom: at(1), createdTo: at(3) })).toEqual({ ids: ["c3", "c2", "c1"], total: 3 });
    expect(await list(visitor, { createdFrom: at(1), createdTo: at(3), source: "widget" })).toEqual({
      ids: ["c3", "c1"],
      total: 2,
    });
    expect(await list(visitor, { source: "Slack" })).toEqual({ ids: [], total: 0 });
    expect(await list(visitor, { leadId: "0".repeat(24) })).toEqual({ ids: [], total: 0 });
  });

  it("reads on where an answer became too large", async () => {
    const visitor = newVisitor(started);
    const big = "x".repeat(32_000);
    for (const id of ["a", "b", "c", "d", "e", "f"]) {
      advance(1_000);
      await visitor.record(id, { said: Array.from({ length: 30 }, () => big), answer: "a" });
    }
    const ids: string[] = [];
    for (let answers = 0; ids.length < 6; answers++) {
      expect(answers).toBeLessThan(4);
      ids.push(...(await list(visitor, { offset: ids.length })).ids);
    }
    expect(ids).toEqual(["f", "e", "d", "c", "b", "a"]);
  });

  it("answers alike for a chatbot that is unknown, malformed or another user's", async () => {
    const { visitor } = await many();
    const stranger = newVisitor(started);
    const failures = await Promise.all(
      [visitor.chatbotId, "0".repeat(24), "nonsense"].map((chatbotId) =>
        failureOf(client().listConversations({ chatbotId }, stranger.as)),
      ),
    );
    expect(new Set(failures.map((failure) => JSON.stringify(failure))).size).toBe(1);
    expect(failures[0]).toEqual({ reason: "CHATBOT_NOT_FOUND", code: "NotFound", message: "Chatbot not found" });
    expect((await failureOf(list(visitor, { pageSize: 1_001 }))).reason).toBe("INVALID_REQUEST");
    expect((await failureOf(list(visitor, { offset: -1 }))).reason).toBe("INVALID_REQUEST");
  });

  it("finds a conversation by id alone: the one of the user that was updated last", async () => {
    const first = newVisitor(started);
    const second = newVisitor(started, first.user);
    await first.record("same", { said: ["first"], answer: "a" });
    advance(1_000);
    await second.record("same", { said: ["second"], answer: "a" });
    const byId = { conversationId: "same", chatbotId: "", user: first.user };
    expect((await readAll(started, byId))[0]).toBe("user: second");
    advance(1_000);
    await first.record("same", { said: ["again"], answer: "a" });
    expect((await readAll(started, byId))[0]).toBe("user: first");
    expect((await readAll(started, { ...byId, chatbotId: second.chatbotId }))[0]).toBe("user: second");
  });

  it("shows no conversation to another user, whose answer is that of an unknown one", async () => {
    const { visitor } = await many();
    const stranger = newVisitor(started);
    const get = (conversationId: string, chatbotId: string) =>
      failureOf(client().getConversation({ conversationId, chatbotId }, stranger.as));
    const unknown = await get("nowhere", "");
    expect(unknown).toEqual({ reason: "CONVERSATION_NOT_FOUND", code: "NotFound", message: "Conversation not found" });
    expect(await get("c0", "")).toEqual(unknown);
    expect(await get("c0", visitor.chatbotId)).toEqual(unknown);
    expect(await get("a/b", "")).toEqual(unknown);
    expect(await get("c0", "nonsense")).toEqual(unknown);
    const begun = await client().beginTurn({ chatbotId: visitor.chatbotId, conversationId: "c0" }, stranger.as);
    expect(begun).toMatchObject({ history: [], fence: 0n });
  });

  it("counts the conversations of many chatbots, 0 for one that is another's", async () => {
    const { visitor } = await many();
    const second = newVisitor(started, visitor.user);
    const foreign = newVisitor(started);
    await second.record("c", { said: ["q"], answer: "a" });
    await foreign.record("c", { said: ["q"], answer: "a" });
    const chatbotIds = [visitor.chatbotId, second.chatbotId, foreign.chatbotId];
    const { conversations } = await client().countConversations({ chatbotIds }, visitor.as);
    expect(conversations).toEqual({ [visitor.chatbotId]: 5n, [second.chatbotId]: 1n, [foreign.chatbotId]: 0n });
  });
});
