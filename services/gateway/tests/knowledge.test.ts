import { until } from "@parlance/testkit";
import { startOpenAiServer, type OpenAiServer } from "@parlance/testkit/openai-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getConfidenceScore, queryKnowledgeBase } from "../src/schemas/answers.ts";
import { createChatbot } from "../src/schemas/chatbots.ts";
import { getTrainingStatus, retrainChatbot } from "../src/schemas/training.ts";
import { startGateway, type TestGateway } from "./_gateway.ts";

const text = "Parcels leave the warehouse within two working days. Returns are free of charge for thirty days after delivery.";
const products = [
  { id: "lamp-1", information: { name: "Desk lamp", colour: "green", "price.eur": 39, nested: { $socket: "E27" } } },
];
const qAndAs = [{ question: "Do you sell vouchers?", answer: "Yes, vouchers of any value can be bought at the till." }];

let model: OpenAiServer;
let gateway: TestGateway;
let chatbotId: string;
beforeAll(async () => {
  model = await startOpenAiServer();
  // Embeddings count words, so that what is found does not depend on a model of language.
  gateway = await startGateway({ PARLANCE_EMBEDDINGS_URL: model.baseUrl, PARLANCE_EMBEDDINGS_DIMENSION: "64" });
  const created = await gateway.call("POST", "create-chatbot", {
    body: { chatbotName: "Shop", sourceText: text, products, qAndAs },
  });
  parse(createChatbot, created.json);
  chatbotId = (created.json as { chatbotId: string }).chatbotId;
  await trained(chatbotId);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await model.close();
});

const problem = (message: string) => ({ status: "error", message });
const parse = (operation: { answer: unknown }, json: unknown) =>
  (operation.answer as { parse(value: unknown): unknown }).parse(json);
const retrain = (body: object) => gateway.call("POST", "retrain-chatbot", { body: { chatbotId, ...body } });
const query = (body: object, id = chatbotId) => gateway.call("POST", `query-knowledge-base/${id}`, { body });
const score = (body: object) =>
  gateway.call("POST", "get-confidence-score", {
    body: { chatbotId, messages: [{ role: "user", content: "Are returns free of charge?" }], ...body },
  });

async function trained(id: string): Promise<void> {
  await until("the training has ended", async () => {
    const { json } = await gateway.call("GET", `chatbot/status/${id}`);
    parse(getTrainingStatus, json);
    return (json as { progress: number }).progress === 100;
  });
}

interface Trained {
  consumedCharacters: number;
  remainingCharacters: number;
  dataSources: { id: string; name: string; characters: number; type: string }[];
}

describe("training (E1, E2, E3)", () => {
  test("the status tells the truth about what was trained", async () => {
    expect((await gateway.call("GET", `chatbot/status/${chatbotId}`)).json).toEqual({
      status: "success",
      progress: 100,
      failedSources: [],
    });
    const { chatbot } = (await gateway.call("GET", `get-chatbot/${chatbotId}`)).json as {
      chatbot: { lastTrainedAt: number; status: number };
    };
    expect(chatbot.status).toBe(100);
    expect(chatbot.lastTrainedAt).toBeGreaterThan(1e12);
  });

  test("sources are added, counted, and removed by every kind of delete", async () => {
    const made = await gateway.call("POST", "create-chatbot", {
      body: { chatbotName: "Changing", sourceText: "One.", products, qAndAs },
    });
    const id = (made.json as { chatbotId: string }).chatbotId;
    const before = made.json as Trained;
    expect(before.dataSources.map(({ type }) => type).sort()).toEqual(["product", "q&a", "text"]);
    const added = await retrain({ chatbotId: id, sourceText: "Two." });
    parse(retrainChatbot, added.json);
    expect((added.json as Trained).consumedCharacters).toBe(before.consumedCharacters + 4);
    const deletes = [{ type: "text" }, { type: "product", id: "lamp-1" }, { type: "qAndA", question: " do you sell VOUCHERS? " }];
    const removed = await retrain({ chatbotId: id, deletes });
    expect(removed.json).toMatchObject({ chatbotId: id, consumedCharacters: 0, dataSources: [] });
    await trained(id);
    expect((await query({ query: "vouchers" }, id)).json).toEqual([]);
  });

  test("a model without training refuses it, and nothing to do is refused before the chatbot is looked for", async () => {
    const made = await gateway.call("POST", "create-chatbot", {
      body: { chatbotName: "Own", model: "custom-model", customBackend: "https://backend.example.com" },
    });
    const id = (made.json as { chatbotId: string }).chatbotId;
    const refused = await retrain({ chatbotId: id, sourceText: "x" });
    expect([refused.status, refused.json]).toEqual([
      400,
      problem("This operation requires a chatbot with the custom-data-upload model"),
    ]);
    expect((await query({ query: "x" }, id)).json).toEqual(problem("This chatbot has no knowledge base"));
    expect((await retrain({ chatbotId: "unknown" })).json).toEqual(problem("Nothing to train or delete"));
  });

  test("more characters than the plan has are refused with both figures", async () => {
    const { key, userId } = await gateway.newUser("entry");
    const { account } = gateway.process.clients;
    const { plan } = await account.getAccount({}, gateway.process.as(userId));
    const all = plan?.refreshingTrainingCharacters ?? 0n;
    await account.consumeCharacters({ jobId: "all-but-5", characters: all - 5n }, gateway.process.as(userId));
    const refused = await gateway.call("POST", "create-chatbot", { key, body: { chatbotName: "Full", sourceText: "ten lettrs" } });
    expect([refused.status, refused.json]).toEqual([
      402,
      problem("Character limit exceeded: 10 characters requested, 5 remaining"),
    ]);
    expect((await gateway.call("GET", "get-chatbots", { key })).json).toEqual({ status: "success", chatbots: [] });
  });
});

describe("what is known (E14, E15)", () => {
  test("passages come as a bare list, best first, with the misspelt key", async () => {
    const answer = await query({ query: "Are returns free of charge?", count: 2 });
    parse(queryKnowledgeBase, answer.json);
    const passages = answer.json as { source: string; snippet: string; relavant_score: number }[];
    expect(passages.length).toBeLessThanOrEqual(2);
    expect(passages[0]).toMatchObject({ source: "text", snippet: expect.stringContaining("Returns are free") });
    for (const { relavant_score: value } of passages) expect(value).toBeGreaterThan(0);
    for (const text of ["Are returns free of charge?", "How much does a desk lamp cost?", "What is sold here, and when?"]) {
      const scores = ((await query({ query: text, count: 20 })).json as typeof passages).map((hit) => hit.relavant_score);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    }
    expect((await query({ query: "desk lamp green" })).text).toContain("lamp-1");
  });

  test("scores have the contract's shape, their mean, and four decimals", async () => {
    const { json } = await score({});
    parse(getConfidenceScore, json);
    const { averageScore, scoresArray, sources, embeddingText } = json as {
      averageScore: number;
      scoresArray: number[];
      sources: { score: number; truncatedText: string }[][];
      embeddingText: string;
    };
    expect(embeddingText).toBe("Are returns free of charge?");
    expect(sources).toHaveLength(1);
    expect(sources[0]?.map((source) => source.score)).toEqual(scoresArray);
    expect(scoresArray.toSorted((first, second) => second - first)).toEqual(scoresArray);
    const mean = scoresArray.reduce((sum, value) => sum + value, 0) / scoresArray.length;
    expect(averageScore).toBeCloseTo(mean, 4);
    for (const value of [...scoresArray, averageScore]) expect(Math.round(value * 1e4) / 1e4).toBe(value);
    expect(sources[0]?.some(({ truncatedText }) => truncatedText.endsWith("...") && [...truncatedText].length === 103)).toBe(true);
  });

  test("a chatbot without knowledge has no scores and no passages", async () => {
    const made = await gateway.call("POST", "create-chatbot", { body: { chatbotName: "Empty" } });
    const id = (made.json as { chatbotId: string }).chatbotId;
    expect((await score({ chatbotId: id })).json).toMatchObject({ averageScore: 0, scoresArray: [], sources: [] });
    expect((await query({ query: "anything" }, id)).json).toEqual([]);
  });

  test("embeddings that cannot be had are 503 with Retry-After", async () => {
    model.failNext(...Array.from({ length: 3 }, () => ({ kind: "status", status: 503 }) as const));
    const answer = await query({ query: "a question that was never asked before" });
    expect([answer.status, answer.json, answer.headers["retry-after"]]).toEqual([
      503,
      problem("The language model is temporarily unavailable"),
      "5",
    ]);
  });

  test("an answer rests on the knowledge", async () => {
    const body = { chatbotId, messages: [{ role: "user", content: "Are returns free of charge?" }] };
    expect((await gateway.call("POST", "chat", { body })).text).toContain("free of charge");
  });
});
