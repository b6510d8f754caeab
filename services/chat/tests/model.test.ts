import { callOptions } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import { until, type TestProcess } from "@parlance/testkit";
import { startOpenAiServer, type OpenAiServer } from "@parlance/testkit/openai-server";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ask, credits, startChat, stored, trainedChatbot, type TestChatbot } from "./support.ts";

describe("answers by a model", () => {
  let server: OpenAiServer;
  let test: TestProcess;
  let bot: TestChatbot;
  let reply: string[];
  /** What the model makes of a follow-up. */
  let rewriting: string;

  beforeAll(async () => {
    server = await startOpenAiServer({
      reply: ({ messages }) => (messages?.[0]?.content.startsWith("Rewrite") === true ? [rewriting] : reply),
    });
    test = await startChat({ env: { PARLANCE_MODEL_URL: server.baseUrl, PARLANCE_MODEL_API_KEY: "model-key" } });
    bot = await trainedChatbot(test, { planName: "standard" });
  });
  beforeEach(() => {
    reply = ["Swift", "post carries", " them [1", "]."];
    rewriting = "";
    server.requests.length = 0;
  });
  afterAll(async () => {
    await test.stop();
    await server.close();
  });

  it("gives the model the passages under the chatbot's own prompt, and takes its marks for citations", async () => {
    await test.clients.chatbots.updateChatbotSettings(
      {
        chatbotId: bot.chatbotId,
        settings: { basePrompt: "You are a pirate.", temperature: 0.4 },
        updateMask: { paths: ["base_prompt", "temperature"] },
      },
      bot.as,
    );
    const answer = await ask(test, bot, "Who carries the parcels?");
    expect(answer.text).toBe("Swiftpost carries them.");
    expect(answer.completed?.citations.map((citation) => citation.citedText)).toEqual([expect.stringContaining("Swiftpost")]);
    const [request] = server.requests;
    expect(request?.authorization).toBe("Bearer model-key");
    expect(request?.body).toMatchObject({ model: "gpt-4o-mini", temperature: 0.4, stream: true });
    expect(request?.body.messages?.[0]?.content).toMatch(/^You are a pirate\.[^]*carried by Swiftpost/);
    expect(request?.body.messages?.at(-1)).toEqual({ role: "user", content: "Who carries the parcels?" });
  });

  it("drops a citation to a passage that was not retrieved", async () => {
    reply = ["They fly [99]."];
    const answer = await ask(test, bot, "Who carries the parcels?");
    expect(answer.text).toBe("They fly.");
  });

  it("takes prompt and model of the call before those of the chatbot", async () => {
    await ask(test, bot, "Who carries the parcels?", { basePrompt: "Be brief.", baseModel: "claude-3-haiku" });
    expect(server.requests[0]?.body.model).toBe("claude-3-haiku");
    expect(server.requests[0]?.body.messages?.[0]?.content).toMatch(/^Be brief\./);
  });

  it("answers what the knowledge does not cover from a file whose text came with the question", async () => {
    reply = ["It is teal."];
    const files = [{ name: "paint.txt", type: "text/plain", url: "https://example.com/paint.txt", content: "The gate is teal." }];
    const content = "Which colour has the gate of the castle in Bergen?";
    const answer = await ask(test, bot, content, { files });
    expect(answer.text).toBe("It is teal.");
    const { messages } = server.requests[0]?.body ?? {};
    expect(messages?.[0]?.content).toContain("Answer only from the files in the visitor's messages.");
    expect(messages?.at(-1)?.content).toBe(`${content}\n\npaint.txt:\nThe gate is teal.`);
    expect((await ask(test, bot, content)).completed).toMatchObject({ refused: true });
  });

  it("looks for the question alone, and cuts the text of its files to what a model can take", async () => {
    const files = [{ name: "long.txt", type: "text/plain", url: "https://example.com/long.txt", content: "word ".repeat(100_000) }];
    const content = "Who carries the parcels?";
    const answer = await ask(test, bot, content, { files });
    expect(answer.completed?.citations).toHaveLength(1);
    expect(server.requests[0]?.body.messages?.[0]?.content).toMatch(
      /from the passages below and the files[^]*carried by Swiftpost/,
    );
    expect(server.requests[0]?.body.messages?.at(-1)?.content.length).toBeLessThan(13_000);
  });

  it("lets the model reply to a greeting under the chatbot's own prompt, without any passage", async () => {
    reply = ["Ahoy!"];
    const answer = await ask(test, bot, "Good morning!", { basePrompt: "You are a pirate." });
    expect(answer.text).toBe("Ahoy!");
    expect(answer.completed).toMatchObject({ refused: false, citations: [] });
    expect(server.requests[0]?.body.messages?.[0]?.content).toMatch(/^You are a pirate\.[^]*state no facts/);
    expect(server.requests[0]?.body.messages?.[0]?.content).not.toContain("Passages:");
  });

  it("does not ask the model when the knowledge does not cover the question", async () => {
    const answer = await ask(test, bot, "Who is the president of France?");
    expect(answer.completed?.refused).toBe(true);
    expect(server.requests).toHaveLength(0);
  });

  describe("a follow-up", () => {
    const before = [
      { role: "user", content: "I would like to send back a lamp. Is that possible with the price refunded?" },
      { role: "assistant", content: "Yes, it is." },
    ];
    const passagesGiven = () => server.requests.at(-1)?.body.messages?.[0]?.content ?? "";

    it("is rewritten by the model before the knowledge is searched", async () => {
      rewriting = "Until how many days may I return a lamp, the price refunded?";
      await ask(test, bot, "Until when?", { before });
      expect(server.requests).toHaveLength(2);
      expect(server.requests[0]?.body).toMatchObject({ model: "gpt-4o-mini", temperature: 0 });
      expect(server.requests[0]?.body.messages?.at(-1)?.content).toMatch(/send back a lamp[^]*Yes, it is[^]*Until when\?$/);
      expect(passagesGiven()).toMatch(/\[1\] [^\n]*\nYou may return anything within 45 days/);
      expect(server.requests[1]?.body.messages?.at(-1)).toEqual({ role: "user", content: "Until when?" });
    });

    it("that is asked again, or whose passages were scored, is not rewritten again", async () => {
      rewriting = "Until how many days may I return a lamp?";
      const messages = [...before, { role: "user", content: "And until when at the latest?" }];
      const scored = await test.clients.answering.scorePassages({ chatbotId: bot.chatbotId, messages }, bot.as);
      expect(scored.embeddingText).toBe(rewriting);
      await ask(test, bot, "And until when at the latest?", { before });
      expect(server.requests).toHaveLength(2);
    });

    it("is still answered when the model gives an answer, nothing, or an error for a rewriting", async () => {
      const failing = async (question: string) => {
        await ask(test, bot, question, { before });
        expect(passagesGiven()).toContain("You may return anything within 45 days");
      };
      rewriting = "The capital of France is Paris, a city on the Seine.";
      await failing("Within how many days may I return it?");
      rewriting = "Yes, it is.";
      await failing("Within how many days could I return it?");
      rewriting = "word ".repeat(400);
      await failing("Within how many days may I return that?");
      server.failNext({ kind: "status", status: 400 });
      await failing("Within how many days may I return the thing?");
    });

    it("is rewritten when it is asked again after the model was away", async () => {
      rewriting = "Until how many days may I return a lamp, the price refunded?";
      server.failNext({ kind: "status", status: 400 });
      await ask(test, bot, "Up to when?", { before });
      server.requests.length = 0;
      await ask(test, bot, "Up to when?", { before });
      expect(server.requests[0]?.body.messages?.[0]?.content).toMatch(/^Rewrite/);
      expect(passagesGiven()).toMatch(/\[1\] [^\n]*\nYou may return anything within 45 days/);
    });
  });

  it("tries again before the first word, and charges once", async () => {
    const had = await credits(test, bot);
    server.failNext({ kind: "status", status: 503 }, { kind: "reset" });
    expect((await ask(test, bot, "Who carries the parcels?")).text).toBe("Swiftpost carries them.");
    expect(server.requests).toHaveLength(3);
    expect(await credits(test, bot)).toBe(had - 1);
  });

  it("says that the model is down, stores no answer and charges nothing, when no try succeeds", async () => {
    const had = await credits(test, bot);
    const conversationId = crypto.randomUUID();
    server.failNext({ kind: "reset" }, { kind: "reset" }, { kind: "reset" });
    await expect(ask(test, bot, "Who carries the parcels?", { conversationId })).rejects.toMatchObject({
      rawMessage: "The language model is temporarily unavailable",
    });
    expect(await credits(test, bot)).toBe(had);
    expect((await stored(test, bot, conversationId)).map((message) => message.role)).toEqual(["user"]);
  });

  it("keeps what came before the stream broke, marked as interrupted, for nothing", async () => {
    const had = await credits(test, bot);
    const conversationId = crypto.randomUUID();
    server.failNext({ kind: "reset-mid-stream" });
    await expect(ask(test, bot, "Who carries the parcels?", { conversationId })).rejects.toBeInstanceOf(Error);
    const answer = (await stored(test, bot, conversationId)).at(-1);
    expect(answer).toMatchObject({ role: "assistant", interrupted: true });
    expect(answer?.content).not.toBe("");
    expect(await credits(test, bot)).toBe(had);
    expect(server.requests).toHaveLength(1);
  });

  it("cancels the model and keeps what was said when the caller leaves", async () => {
    const conversationId = crypto.randomUUID();
    server.failNext({ kind: "hang-after-first-token" });
    const leaving = new AbortController();
    const options = callOptions({ tenant: asTenant(bot.user) }, { signal: leaving.signal });
    const stream = test.clients.answering.answer(
      { chatbotId: bot.chatbotId, conversationId, messages: [{ role: "user", content: "Who carries the parcels?" }] },
      options,
    );
    const listen = async () => {
      for await (const { event } of stream) if (event.case === "delta") leaving.abort();
    };
    await expect(listen()).rejects.toBeInstanceOf(Error);
    expect(await server.requests[0]?.ended).toBe("disconnected");
    const answer = await until("the partial answer is stored", async () => {
      const messages = await stored(test, bot, conversationId).catch(() => []);
      return messages.find((message) => message.role === "assistant");
    });
    expect(answer).toMatchObject({ interrupted: true, content: "Swift" });
  });
});
