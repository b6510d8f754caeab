import { transports, until, type TestProcess } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, credits, startChat, stored, texts, trainedChatbot, type TestChatbot } from "./support.ts";

describe.each(transports)("answers without a model, over %s", (transport) => {
  let test: TestProcess;
  let bot: TestChatbot;
  beforeAll(async () => {
    test = await startChat({ transport });
    bot = await trainedChatbot(test, { planName: "standard" });
  });
  afterAll(() => test.stop());

  it("quotes the passage that answers, and cites what it quotes as it stood", async () => {
    const answer = await ask(test, bot, "Who carries the parcels?");
    expect(answer.text).toContain("Swiftpost");
    expect(answer.completed).toMatchObject({ refused: false });
    const [citation] = answer.completed?.citations ?? [];
    expect(texts.parcels).toContain(citation?.citedText);
    expect(answer.text).toContain(citation?.citedText);
    const messages = await stored(test, bot, answer.started?.conversationId ?? "");
    expect(messages.map(({ role, content }) => ({ role, content }))).toEqual([
      { role: "user", content: "Who carries the parcels?" },
      { role: "assistant", content: answer.text },
    ]);
    expect(messages[1]?.citations[0]).toMatchObject({ citedText: citation?.citedText, revision: expect.stringMatching(/.+/) });
  });

  it.each([
    ["Who is the president of France?", "couldn't find"],
    ["Wer hat die Relativitätstheorie entwickelt?", "leider nichts finden"],
    ["Какая столица Австралии?", "К сожалению"],
    ["法国的总统是谁？", "抱歉"],
  ])("refuses what the knowledge does not cover, in the language of the question: %s", async (question, words) => {
    const answer = await ask(test, bot, question);
    expect(answer.text).toContain(words);
    expect(answer.completed).toMatchObject({ refused: true, citations: [] });
  });

  it.each([
    ["Hi there!", "Hello! What would you like to know?"],
    ["vielen Dank", "Gern geschehen! Möchten Sie noch etwas wissen?"],
    ["Au revoir", "Goodbye, and come back any time."],
    ["你是谁", "我是聊天机器人，根据我掌握的资料回答问题。请问您想了解什么？"],
  ])("replies to what asks nothing, in its own language: %s", async (message, reply) => {
    const answer = await ask(test, bot, message);
    expect(answer.text).toBe(reply);
    expect(answer.completed).toMatchObject({ refused: false, citations: [] });
  });

  it("greets in the owner's words where the owner wrote them", async () => {
    const other = await trainedChatbot(test);
    const greeting = "Ahoy, ask me about our parcels.";
    await test.clients.ingestion.startJob(
      { chatbotId: other.chatbotId, questionsAndAnswers: [{ question: "Hello", answer: greeting }] },
      other.as,
    );
    await until("the greeting is learned", async () => (await ask(test, other, "hello!")).text === greeting);
    expect((await ask(test, other, "good evening")).text).toMatch(/^Hello!/);
  });

  it("answers a misspelt question, and keeps it as it was typed", async () => {
    const answer = await ask(test, bot, "Who carrries the parcles?");
    expect(answer.text).toContain("Swiftpost");
    const [question] = await stored(test, bot, answer.started?.conversationId ?? "");
    expect(question?.content).toBe("Who carrries the parcles?");
  });

  it("tells a phone number or an e-mail address that is not called so, and only of what it knows", async () => {
    expect((await ask(test, bot, "What is your phone number?")).text).toContain("01584 496 021");
    expect((await ask(test, bot, "Do you have an email?")).text).toContain("ida@harbour-lane.example");
    const foreign = await ask(test, bot, "What is the phone number of the town hall in Bergen?");
    expect(foreign.completed).toMatchObject({ refused: true });
  });

  it("answers the question within a message that says much else", async () => {
    const message = "Hi! I moved to Bergen last week and my sister has her birthday soon. Who carries the parcels? Greetings, Ida";
    expect((await ask(test, bot, message)).text).toContain("Swiftpost");
    const foreign =
      "Hi! I moved to Bergen last week and my sister has her birthday soon. Who is the mayor of Bergen? Greetings, Ida";
    expect((await ask(test, bot, foreign)).completed).toMatchObject({ refused: true });
  });

  it("understands a follow-up by the question before it", async () => {
    const before = [
      { role: "user", content: "Who carries the parcels?" },
      { role: "assistant", content: "Swiftpost." },
    ];
    expect((await ask(test, bot, "And how much do they cost?", { before })).text).toContain("3.90");
  });

  it("remembers a conversation that is appended to, and replaces one that is sent whole", async () => {
    const conversationId = crypto.randomUUID();
    await ask(test, bot, "Who carries the parcels?", { conversationId });
    const answer = await ask(test, bot, "And how much do they cost?", { conversationId, appendMessages: true });
    expect(answer.text).toContain("3.90");
    expect(await stored(test, bot, conversationId)).toHaveLength(4);
    await ask(test, bot, "When is the shop open?", { conversationId });
    expect(await stored(test, bot, conversationId)).toHaveLength(2);
  });

  it("takes a question that is asked again, because its turn failed, for one question", async () => {
    const conversationId = crypto.randomUUID();
    await ask(test, bot, "When is the shop open?", { conversationId });
    const question = "And on Saturday?";
    const failed = { answerId: crypto.randomUUID(), source: "api", append: true, messages: [{ role: "user", content: question }] };
    await test.clients.conversation.recordTurn({ chatbotId: bot.chatbotId, conversationId, ...failed }, bot.as);
    const { text } = await ask(test, bot, question, { conversationId, appendMessages: true });
    expect(text).toContain("Monday to Saturday");
    expect((await stored(test, bot, conversationId)).map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant"]);
  });

  it("takes the credits of the answering model, once for each answer", async () => {
    const had = await credits(test, bot);
    await ask(test, bot, "When is the shop open?");
    expect(await credits(test, bot)).toBe(had - 1);
    const answer = await ask(test, bot, "When is the shop open?", { baseModel: "gpt-4" });
    expect(answer.completed?.costCredits).toBe(10);
    expect(await credits(test, bot)).toBe(had - 11);
  });

  it("takes no credit for an answer that could not be stored", async () => {
    const had = await credits(test, bot);
    // More than a conversation takes from one call.
    const before = Array.from({ length: 200 }, (_, i) => ({ role: "user", content: `Message ${i}` }));
    await expect(ask(test, bot, "Who carries the parcels?", { before })).rejects.toThrow("messages must have 1-200 items");
    expect(await credits(test, bot)).toBe(had);
  });

  it("stores nothing of a chatbot that keeps no history", async () => {
    const other = await trainedChatbot(test);
    await test.clients.chatbots.updateChatbotSettings(
      { chatbotId: other.chatbotId, settings: { storeChat: false }, updateMask: { paths: ["store_chat"] } },
      other.as,
    );
    await ask(test, other, "When is the shop open?", { conversationId: "mine" });
    const listed = await test.clients.conversation.listConversations({ chatbotId: other.chatbotId, pageSize: 10 }, other.as);
    expect(listed.total).toBe(0n);
  });

  it("says nothing from the knowledge when it is told to ignore it", async () => {
    const other = await trainedChatbot(test);
    await test.clients.chatbots.updateChatbotSettings(
      { chatbotId: other.chatbotId, settings: { ignoreDataSource: true }, updateMask: { paths: ["ignore_data_source"] } },
      other.as,
    );
    expect((await ask(test, other, "When is the shop open?")).completed).toMatchObject({ refused: true });
  });

  it("answers a foreign chatbot's id as an unknown one", async () => {
    const stranger = await trainedChatbot(test);
    const foreign = ask(test, { ...stranger, chatbotId: bot.chatbotId }, "When is the shop open?");
    const unknown = ask(test, { ...stranger, chatbotId: "0".repeat(24) }, "When is the shop open?");
    const [a, b] = await Promise.allSettled([foreign, unknown]);
    expect(a).toMatchObject({ status: "rejected", reason: { rawMessage: "Chatbot not found" } });
    expect(String(a.status === "rejected" && a.reason)).toBe(String(b.status === "rejected" && b.reason));
  });

  it("shows the passages it would use, best first, for nothing", async () => {
    const had = await credits(test, bot);
    const messages = [{ role: "user", content: "When can I get my money back?" }];
    const scored = await test.clients.answering.scorePassages({ chatbotId: bot.chatbotId, messages }, bot.as);
    expect(scored.embeddingText).toBe("When can I get my money back?");
    expect(scored.passages[0]?.text).toBe(texts.refunds);
    const cosines = scored.passages.map((passage) => passage.cosine);
    expect(cosines).toEqual(cosines.toSorted((a, b) => b - a));
    expect(await credits(test, bot)).toBe(had);
  });
});

describe("parallel answers", () => {
  it("cannot spend a credit twice", async () => {
    await using test = await startChat({ env: { PARLANCE_DEFAULT_PLAN: "free" } });
    const bot = await trainedChatbot(test);
    const left = await credits(test, bot);
    const asked = await Promise.allSettled(Array.from({ length: left + 20 }, () => ask(test, bot, "When is the shop open?")));
    expect(asked.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(left);
    expect(asked.find((outcome) => outcome.status === "rejected")).toMatchObject({
      reason: { rawMessage: "Message credits exhausted" },
    });
    expect(await credits(test, bot)).toBe(0);
  });
});
