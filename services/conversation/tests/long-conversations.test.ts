import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyOf } from "../src/domain/conversations.ts";
import { newVisitor, startConversation, type ConversationProcess } from "./support.ts";

describe("long conversations", () => {
  let started: ConversationProcess;
  beforeAll(async () => {
    started = await startConversation({ transport: "h2c" });
  });
  afterAll(() => started.stop());

  const documentOf = async (visitor: ReturnType<typeof newVisitor>) =>
    (await started.stores.conversations.get(visitor.tenant, keyOf(visitor.chatbotId, "c")))?.data;
  const pagesOf = async (visitor: ReturnType<typeof newVisitor>) =>
    started.stores.pages.count(visitor.tenant, { incarnation: (await documentOf(visitor))?.incarnation ?? "" });

  it("are read back whole and in order, in a document that stays small", async () => {
    const visitor = newVisitor(started);
    const expected: string[] = [];
    for (let turn = 0; turn < 150; turn++) {
      await visitor.record("c", { said: [`q${turn}`], answer: `a${turn}` });
      expected.push(`user: q${turn}`, `assistant: a${turn}`);
      expect((await documentOf(visitor))?.messages.length).toBeLessThanOrEqual(60);
    }
    expect(await visitor.read("c")).toEqual(expected);
    const { history } = await visitor.begin("c");
    expect(history.length).toBeGreaterThanOrEqual(30);
    expect(history.map(({ role, content }) => `${role}: ${content}`)).toEqual(expected.slice(-history.length));
  });

  it("larger than one RPC message are read in several answers, and listed with what fits", async () => {
    const visitor = newVisitor(started);
    const expected: string[] = [];
    for (let turn = 0; turn < 100; turn++) {
      const [said, answer] = [`${turn} ${"ü".repeat(20_000)}`, `${turn} ${"x".repeat(20_000)}`];
      await visitor.record("c", { said: [said], answer });
      expected.push(`user: ${said}`, `assistant: ${answer}`);
    }
    expect(await visitor.read("c")).toEqual(expected);
    const listed = await started.clients.conversation.listConversations({ chatbotId: visitor.chatbotId }, visitor.as);
    expect(listed.conversations).toHaveLength(1);
    const [first] = listed.conversations;
    expect(Number(first?.nextMessageToken)).toBe(first?.messages.length);
    expect(first?.messages.map(({ role, content }) => `${role}: ${content}`)).toEqual(expected.slice(0, first?.messages.length));
  });

  it("that are sent again as a whole keep the pages that are the same and erase the others", async () => {
    const visitor = newVisitor(started);
    const history = (length: number) =>
      Array.from({ length }, (_, index) => ({ role: index % 2 === 0 ? "user" : "assistant", content: `m${index}` }));
    await visitor.record("c", { history: history(199), answer: "end" });
    const before = (await documentOf(visitor))?.pages ?? [];
    expect(before.length).toBeGreaterThan(1);

    await visitor.record("c", { history: [...history(199), { role: "user", content: "more" }], answer: "end" });
    const after = (await documentOf(visitor))?.pages ?? [];
    expect(after.slice(0, before.length)).toEqual(before);
    expect(await visitor.read("c")).toEqual([
      ...history(199).map(({ role, content }) => `${role}: ${content}`),
      "user: more",
      "assistant: end",
    ]);

    await visitor.record("c", { history: history(3), answer: "short" });
    expect(await visitor.read("c")).toEqual(["user: m0", "assistant: m1", "user: m2", "assistant: short"]);
    expect(await pagesOf(visitor)).toBe(0);
  });

  it("lose nothing when several writers move messages to pages at once", async () => {
    const visitor = newVisitor(started);
    await visitor.record("c", { said: Array.from({ length: 58 }, (_, index) => `old ${index}`), answer: "a" });
    await Promise.all([0, 1, 2, 3].map((writer) => visitor.record("c", { said: [`new ${writer}`], answer: "a" })));
    const lines = await visitor.read("c");
    expect(lines.slice(0, 58)).toEqual(Array.from({ length: 58 }, (_, index) => `user: old ${index}`));
    expect(lines).toHaveLength(59 + 8);
    expect(await pagesOf(visitor)).toBe((await documentOf(visitor))?.pages.length);
  });
});
