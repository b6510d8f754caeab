import { newId } from "@parlance/platform";
import { transports } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embedded, failureOf, found, newChatbot, startTraining, trained, type Training } from "./support.ts";

const refunds = "Anything may be sent back within thirty days for a full refund.";
const hours = "The shop is open from nine until six, Monday to Saturday.";

describe.each(transports)("training over %s", { timeout: 60_000 }, (transport) => {
  let training: Training;
  beforeAll(async () => {
    training = await startTraining({ transport });
  });
  afterAll(() => training[Symbol.asyncDispose]());
  const start = (chatbot: { chatbotId: string; as: object }, request: object) =>
    training.process.clients.ingestion.startJob({ chatbotId: chatbot.chatbotId, ...request }, chatbot.as);

  it("learns text, products and Q&As, and says what it holds of them before they are learned", async () => {
    const chatbot = await newChatbot(training.process);
    const reply = await start(chatbot, {
      text: refunds,
      products: [{ id: "sku-1", informationJson: '{"name":"Red mug","size":{"height":"10 cm"}}' }],
      questionsAndAnswers: [{ question: "Do you ship abroad?", answer: "Yes, to 😀 everywhere." }],
    });
    const counts = { text: [...refunds].length, product: 44, "q&a": 19 + 21 };
    expect(reply.sources.map(({ type, name, characters }) => ({ type, name, characters: Number(characters) }))).toEqual([
      { type: "text", name: "text", characters: counts.text },
      { type: "product", name: "sku-1", characters: counts.product },
      { type: "q&a", name: "Do you ship abroad?", characters: counts["q&a"] },
    ]);
    const total = counts.text + counts.product + counts["q&a"];
    expect(Number(reply.consumedCharacters)).toBe(total);
    expect(Number(reply.consumedCharacters + reply.remainingCharacters)).toBe(11_000_000);
    const status = await trained(training.process, chatbot);
    expect(status.failedSources).toEqual([]);
    expect(status.lastTrainTime).toBeDefined();
    expect(status.jobs.map((job) => [job.jobId, job.state, job.documents, job.endedDocuments])).toEqual([
      [reply.jobId, "completed", 3, 3],
    ]);
    expect(await found(training.process, chatbot, "refund within thirty days")).toContain(refunds);
    expect(await found(training.process, chatbot, "mug height")).toContain("name: Red mug\nsize height: 10 cm");
    expect(await found(training.process, chatbot, "ship abroad")).toContain("Do you ship abroad?\nYes, to 😀 everywhere.");
  });

  it("embeds nothing, charges nothing and starts no job when it is sent the same again", async () => {
    const chatbot = await newChatbot(training.process);
    const request = {
      text: hours,
      products: [{ id: "a", informationJson: '{"name":"Bowl"}' }],
      questionsAndAnswers: [{ question: "Where?", answer: "Here." }],
    };
    await start(chatbot, request);
    await trained(training.process, chatbot);
    const before = embedded(training);
    const account = await training.process.clients.account.getAccount({}, chatbot.as);
    const again = await start(chatbot, request);
    expect(again.jobId).toBe("");
    expect(again.sources).toHaveLength(3);
    const replaced = await start(chatbot, { ...request, deletes: [{ type: "text" }] });
    expect(replaced.jobId).toBe("");
    expect(embedded(training)).toBe(before);
    const after = await training.process.clients.account.getAccount({}, chatbot.as);
    expect(after.remainingTrainingCharacters).toBe(account.remainingTrainingCharacters);
  });

  it("replaces a product by its id and an answer by its question, whatever its case", async () => {
    const chatbot = await newChatbot(training.process);
    await start(chatbot, {
      products: [{ id: "a", informationJson: '{"name":"Green bowl"}' }],
      questionsAndAnswers: [{ question: "Where are you?", answer: "In the harbour." }],
    });
    const reply = await start(chatbot, {
      products: [{ id: "a", informationJson: '{"name":"Blue bowl"}' }],
      questionsAndAnswers: [{ question: " WHERE are you? ", answer: "In the mill." }],
    });
    expect(reply.sources).toHaveLength(2);
    await trained(training.process, chatbot);
    expect((await found(training.process, chatbot, "bowl where harbour mill green blue")).toSorted()).toEqual([
      "WHERE are you? \nIn the mill.",
      "name: Blue bowl",
    ]);
  });

  it("deletes before it adds, and a delete that matches nothing is no error", async () => {
    const chatbot = await newChatbot(training.process);
    const first = await start(chatbot, { text: refunds, questionsAndAnswers: [{ question: "Why?", answer: "Because of it." }] });
    await trained(training.process, chatbot);
    const textId = first.sources.find(({ type }) => type === "text")?.sourceId;
    const reply = await start(chatbot, {
      deletes: [
        { type: "text", id: textId },
        { type: "q&a", question: " why? " },
        { type: "product", id: "none" },
        { type: "text", id: newId() },
      ],
      text: hours,
    });
    expect(reply.sources.map(({ characters }) => Number(characters))).toEqual([hours.length]);
    await trained(training.process, chatbot);
    expect(await found(training.process, chatbot, "refund because open shop")).toEqual([hours]);
  });

  it("works off calls for one chatbot one after another and ends with the last", async () => {
    const chatbot = await newChatbot(training.process);
    for (let i = 1; i <= 6; i++) await start(chatbot, { products: [{ id: "a", informationJson: `{"edition":"number ${i}"}` }] });
    const status = await trained(training.process, chatbot);
    expect(status.jobs.map((job) => job.state)).toEqual(Array.from({ length: 6 }, () => "completed"));
    expect(await found(training.process, chatbot, "edition number")).toEqual(["edition: number 6"]);
  });

  it("loses none of many calls at once", async () => {
    const chatbot = await newChatbot(training.process);
    const patient = { chatbotId: chatbot.chatbotId, as: { ...chatbot.as, timeoutMs: 50_000 } };
    await Promise.all(Array.from({ length: 20 }, (_, i) => start(patient, { text: `Shelf ${i} holds the books of year ${i}.` })));
    await trained(training.process, chatbot);
    const { sources } = await training.process.clients.ingestion.listSources({ chatbotId: chatbot.chatbotId }, chatbot.as);
    expect(sources).toHaveLength(20);
    expect((await found(training.process, chatbot, "shelf books")).length).toBeGreaterThan(0);
  });

  it("refuses what does not fit the chatbot, after deletes, and changes nothing", async () => {
    const chatbot = await newChatbot(training.process, { planName: "free" });
    const long = (letter: string, length: number) => `${letter} `.repeat(length / 2);
    const first = await start(chatbot, { text: long("a", 300_000) });
    const refused = await failureOf(start(chatbot, { text: long("b", 200_002) }));
    expect(refused).toMatchObject({ reason: "CHARACTERS_EXCEEDED", code: "ResourceExhausted" });
    expect(refused.metadata).toMatchObject({ requested: "200002", remaining: "200000" });
    const { sources } = await training.process.clients.ingestion.listSources({ chatbotId: chatbot.chatbotId }, chatbot.as);
    expect(sources).toEqual(first.sources);
  });

  it("refuses an empty call, a chatbot of another user, an unknown one and one without a knowledge base", async () => {
    const chatbot = await newChatbot(training.process);
    const other = await newChatbot(training.process);
    const custom = await newChatbot(training.process, { model: "medical-chat-human" });
    expect(await failureOf(start(chatbot, {}))).toMatchObject({ reason: "NOTHING_TO_TRAIN" });
    const unknown = await failureOf(start({ ...chatbot, chatbotId: newId() }, { text: "x" }));
    expect(unknown).toMatchObject({ reason: "CHATBOT_NOT_FOUND", code: "NotFound" });
    expect(await failureOf(start({ ...chatbot, chatbotId: other.chatbotId }, { text: "x" }))).toEqual(unknown);
    expect(await failureOf(start({ ...chatbot, chatbotId: "../x" }, { text: "x" }))).toEqual(unknown);
    expect(await failureOf(start(custom, { text: "x" }))).toMatchObject({ reason: "CHATBOT_NOT_TRAINABLE" });
    const status = training.process.clients.ingestion.getTrainingStatus({ chatbotId: other.chatbotId }, chatbot.as);
    expect(await failureOf(status)).toEqual(unknown);
  });

  it("ends a source without text as failed with its reason, while others are learned", async () => {
    const chatbot = await newChatbot(training.process);
    await start(chatbot, { text: " \n\t ", products: [{ id: "a", informationJson: '{"name":"Bowl"}' }] });
    const status = await trained(training.process, chatbot);
    expect(status.failedSources.map(({ name, type, reason }) => ({ name, type, reason }))).toEqual([
      { name: "text", type: "text", reason: "There is no text in it" },
    ]);
    expect(status.jobs[0]?.state).toBe("completed_with_failures");
    expect(await found(training.process, chatbot, "bowl")).toEqual(["name: Bowl"]);
  });
});
