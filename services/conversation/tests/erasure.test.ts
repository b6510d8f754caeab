import { makeEvent } from "@parlance/platform";
import { failureOf, transports, until } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyOf } from "../src/domain/conversations.ts";
import { eraseConversationsOf } from "../src/domain/erase.ts";
import { announced, newVisitor, startConversation, type ConversationProcess } from "./support.ts";

describe.each(transports)("erasure over %s", (transport) => {
  let started: ConversationProcess;
  beforeAll(async () => {
    started = await startConversation({ transport });
  });
  afterAll(() => started.stop());

  const client = () => started.clients.conversation;
  /** A conversation with pages. */
  const longOne = (visitor: ReturnType<typeof newVisitor>, id: string) =>
    visitor.record(id, { said: Array.from({ length: 150 }, (_, index) => `q${index}`), answer: "a" });
  const incarnationOf = async (visitor: ReturnType<typeof newVisitor>, id: string) =>
    (await started.stores.conversations.get(visitor.tenant, keyOf(visitor.chatbotId, id)))?.data.incarnation ?? "";
  const pagesLeft = (visitor: ReturnType<typeof newVisitor>, incarnation: string) =>
    started.stores.pages.count(visitor.tenant, { incarnation });
  const tellOfDeletion = (visitor: ReturnType<typeof newVisitor>) => {
    const { chatbotId, tenant } = visitor;
    started.forgetChatbot(visitor.user, chatbotId);
    const event = makeEvent("chat.chatbot.deleted.v1", {
      identity: { tenant },
      key: chatbotId,
      time: Date.now(),
      payload: { chatbotId },
    });
    return started.running.ports.events.publish([event]);
  };

  it("of a conversation is at once for every reader, announced, and leaves nothing behind", async () => {
    const visitor = newVisitor(started);
    const events = await announced(started, "conversation.conversation.deleted.v1");
    await longOne(visitor, "c");
    await visitor.record("other", { said: ["q"], answer: "a" });
    const incarnation = await incarnationOf(visitor, "c");
    expect(await pagesLeft(visitor, incarnation)).toBeGreaterThan(0);

    const at = { chatbotId: visitor.chatbotId, conversationId: "c" };
    await client().deleteConversation(at, visitor.as);
    expect((await failureOf(visitor.read("c"))).reason).toBe("CONVERSATION_NOT_FOUND");
    expect((await failureOf(client().getConversation({ conversationId: "c" }, visitor.as))).reason).toBe("CONVERSATION_NOT_FOUND");
    expect((await failureOf(client().deleteConversation(at, visitor.as))).reason).toBe("CONVERSATION_NOT_FOUND");
    expect(await visitor.begin("c")).toMatchObject({ history: [], fence: 0n });
    expect((await client().listConversations({ chatbotId: visitor.chatbotId }, visitor.as)).total).toBe(1n);
    const counted = await client().countConversations({ chatbotIds: [visitor.chatbotId] }, visitor.as);
    expect(counted.conversations[visitor.chatbotId]).toBe(1n);

    await until("the deletion is announced", () => events.some(({ tenant }) => tenant === visitor.user));
    await until("its pages are erased", async () => (await pagesLeft(visitor, incarnation)) === 0);
    const key = keyOf(visitor.chatbotId, "c");
    await until("its document is gone", async () => (await started.stores.conversations.get(visitor.tenant, key)) === undefined);
  });

  it("of a conversation asks for the chatbot first, and answers a foreign one as an unknown one", async () => {
    const visitor = newVisitor(started);
    const stranger = newVisitor(started);
    await visitor.record("c", { said: ["q"], answer: "a" });
    const remove = (chatbotId: string, conversationId: string) =>
      failureOf(client().deleteConversation({ chatbotId, conversationId }, stranger.as));
    expect((await remove(visitor.chatbotId, "c")).reason).toBe("CHATBOT_NOT_FOUND");
    expect(await remove("0".repeat(24), "c")).toEqual(await remove(visitor.chatbotId, "c"));
    expect((await remove(stranger.chatbotId, "c")).reason).toBe("CONVERSATION_NOT_FOUND");
    expect((await remove(stranger.chatbotId, "a/b")).reason).toBe("CONVERSATION_NOT_FOUND");
    expect(await visitor.read("c")).toEqual(["user: q", "assistant: a"]);
  });

  it("of a chatbot is at once for whoever asks for one of its conversations, who may get that of another chatbot", async () => {
    const visitor = newVisitor(started);
    const another = newVisitor(started, visitor.user);
    await another.record("c", { said: ["of another"] });
    await visitor.record("c", { said: ["q"], answer: "a" });
    const latest = async () => (await client().getConversation({ conversationId: "c" }, visitor.as)).conversation?.chatbotId;
    started.forgetChatbot(visitor.user, visitor.chatbotId);
    expect((await failureOf(visitor.read("c"))).reason).toBe("CONVERSATION_NOT_FOUND");
    expect(await latest()).toBe(another.chatbotId);
  });

  it("of a conversation that began again under its id does not touch the new one", async () => {
    const visitor = newVisitor(started);
    for (let round = 0; round < 5; round++) {
      await longOne(visitor, "c");
      await client().deleteConversation({ chatbotId: visitor.chatbotId, conversationId: "c" }, visitor.as);
    }
    await longOne(visitor, "c");
    await visitor.record("c", { said: ["last"], answer: "a" });
    const lines = await visitor.read("c");
    expect(lines).toHaveLength(153);
    expect(lines.slice(-2)).toEqual(["user: last", "assistant: a"]);
  });

  it("of a chatbot takes all its conversations with their pages, and no others", async () => {
    const visitor = newVisitor(started);
    const kept = newVisitor(started, visitor.user);
    for (let index = 0; index < 45; index++) await visitor.record(`c${index}`, { said: ["q"], answer: "a" });
    await longOne(visitor, "long");
    await longOne(kept, "long");
    const incarnation = await incarnationOf(visitor, "long");
    await tellOfDeletion(visitor);
    await tellOfDeletion(visitor);
    const left = () => started.stores.conversations.count(visitor.tenant, { chatbotId: visitor.chatbotId });
    await until("its conversations are gone", async () => (await left()) === 0);
    expect(await pagesLeft(visitor, incarnation)).toBe(0);
    expect(await kept.read("long")).toHaveLength(151);
  });

  it("of a chatbot leaves nothing of a turn that ends after it", async () => {
    const visitor = newVisitor(started);
    await visitor.record("c", { said: ["q"], answer: "a" });
    await tellOfDeletion(visitor);
    const isMarked = async () => (await started.stores.erasedChatbots.get(visitor.tenant, visitor.chatbotId)) !== undefined;
    await until("the chatbot is marked", isMarked);
    const late = await failureOf(visitor.record("late", { said: ["q"], answer: "a", fence: 0n }));
    expect(late.reason).toBe("CHATBOT_NOT_FOUND");
    const left = () => started.stores.conversations.count(visitor.tenant, { chatbotId: visitor.chatbotId });
    await until("nothing is left", async () => (await left()) === 0);
    expect((await failureOf(client().getConversation({ conversationId: "late" }, visitor.as))).reason).toBe(
      "CONVERSATION_NOT_FOUND",
    );
  });

  it("of a chatbot that was cut off goes on with what is left, which nobody sees meanwhile", async () => {
    const visitor = newVisitor(started);
    for (let index = 0; index < 5; index++) await visitor.record(`c${index}`, { said: ["q"], answer: "a" });
    const at = { tenant: visitor.tenant, chatbotId: visitor.chatbotId, now: Date.now() };
    await expect(eraseConversationsOf(started.stores, at, AbortSignal.abort(new Error("stopping")))).rejects.toThrow("stopping");
    expect((await failureOf(visitor.read("c0"))).reason).toBe("CONVERSATION_NOT_FOUND");
    await eraseConversationsOf(started.stores, at, new AbortController().signal);
    expect(await started.stores.conversations.count(visitor.tenant, { chatbotId: visitor.chatbotId })).toBe(0);
  });
});
