import { inspect } from "node:util";
import type { AnswerPiece, AnswerRequest } from "@parlance/ports";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type OpenAiFault, type OpenAiServer, startOpenAiServer } from "../../../testkit/src/openai-server.ts";
import { openOpenAiModel, type OpenAiModelOptions } from "./openai-model.ts";

const key = "sk-a-key-that-must-not-leak";
const request: AnswerRequest = {
  model: "gpt-4o-mini",
  temperature: 0.3,
  system: "Answer from the secret handbook.",
  messages: [
    { role: "user", content: "Hello" },
    { role: "assistant", content: "Hello, how can I help?" },
    { role: "user", content: "And on Sundays?" },
  ],
  question: "When do you open on Sundays?",
  passages: [],
  language: "en",
};

let server: OpenAiServer;
beforeEach(async () => {
  server = await startOpenAiServer();
});
afterEach(() => server.close());

function open(options: Partial<OpenAiModelOptions> = {}) {
  return openOpenAiModel({ baseUrl: server.baseUrl, apiKey: key, retryDelayMs: 1, ...options });
}

async function collect(pieces: AsyncIterable<AnswerPiece>): Promise<AnswerPiece[]> {
  const all: AnswerPiece[] = [];
  for await (const piece of pieces) {
    all.push(piece);
  }
  return all;
}

/** Reads to the end: the pieces that came, and the error that ended them, if one did. */
async function read(options: Partial<OpenAiModelOptions> = {}, signal = new AbortController().signal) {
  const pieces: string[] = [];
  try {
    for await (const { text } of open(options).answer(request, { signal })) {
      pieces.push(text);
    }
    return { pieces, error: undefined };
  } catch (error) {
    return { pieces, error };
  }
}

describe("an answer", () => {
  it("comes piece by piece, none empty", async () => {
    expect(await read()).toEqual({ pieces: ["The", " answer", " is", " in", " the", " handbook."], error: undefined });
  });

  it("comes in whole characters, also where the server sends the halves of one in two events", async () => {
    await server.close();
    server = await startOpenAiServer({ reply: () => ["open ", "\ud83c", "\udf88", " \ud83c", "\udf88.", "\ud83c"] });
    expect((await read()).pieces).toEqual(["open ", "🎈", " ", "🎈.", "\ud83c"]);
  });

  it("leaves its connection to the next one, also when the stream ends a moment after its last event", async () => {
    server.failNext(...Array.from({ length: 5 }, () => ({ kind: "late-end" as const })));
    const model = open();
    for (let answers = 1; answers <= 5; answers++) {
      expect(await collect(model.answer(request, { signal: new AbortController().signal }))).toHaveLength(6);
      expect(await server.requests.at(-1)?.ended).toBe("answered");
    }
    // The second one may begin before the end of the first has arrived.
    expect(server.connections).toBeLessThanOrEqual(2);
    await model.close();
  });

  it("is asked for with the prompt, the whole conversation and the temperature, and without a limit of tokens", async () => {
    await read();
    const [sent] = server.requests;
    expect(sent?.authorization).toBe(`Bearer ${key}`);
    expect(sent?.body).toEqual({
      model: "gpt-4o-mini",
      temperature: 0.3,
      stream: true,
      messages: [{ role: "system", content: request.system }, ...request.messages],
    });
  });

  it("is complete with its last event, also where the server gives no reason", async () => {
    server.failNext({ kind: "no-reason" });
    expect(await read()).toEqual({ pieces: ["The", " answer", " is", " in", " the", " handbook."], error: undefined });
  });

  it("is asked without a temperature from a model that takes none, at the price of one request", async () => {
    const body = { error: { message: "Unsupported value", code: "unsupported_value", param: "temperature" } };
    server.failNext({ kind: "status", status: 400, body });
    const model = open();
    for (let answers = 1; answers <= 2; answers++)
      expect(await collect(model.answer(request, { signal: new AbortController().signal }))).toHaveLength(6);
    expect(server.requests.map(({ body: sent }) => sent["temperature"])).toEqual([0.3, undefined, undefined]);
  });

  it("is asked from the server's model, or from the contract's by its name", async () => {
    await read({ defaultModel: "large:70b" });
    await read();
    expect(server.requests.map(({ body }) => body.model)).toEqual(["large:70b", "gpt-4o-mini"]);
  });
});

describe("before the first piece", () => {
  const passing: OpenAiFault[] = [{ kind: "status", status: 429 }, { kind: "status", status: 500 }, { kind: "reset" }];
  it.each(passing)("tries again after %o", async (fault) => {
    server.failNext(fault, fault);
    expect((await read()).pieces.join("")).toBe("The answer is in the handbook.");
    expect(server.requests).toHaveLength(3);
  });

  it("gives up after the second retry", async () => {
    server.failNext(...Array.from({ length: 5 }, () => ({ kind: "status", status: 503 }) as const));
    expect((await read()).error).toMatchObject({ name: "ModelUnavailableError", message: expect.stringContaining("503") });
    expect(server.requests).toHaveLength(3);
  });

  it.each([
    [{ kind: "status", status: 400 }, "refused the request"],
    [{ kind: "status", status: 401, body: { error: { message: `Bad key ${key} for ${request.system}` } } }, "refused the key"],
    [{ kind: "status", status: 404 }, "does not know the model"],
    [{ kind: "status", status: 429, body: { error: { code: "insufficient_quota", message: "pay" } } }, "quota"],
    [{ kind: "empty" }, "empty answer"],
  ] satisfies [OpenAiFault, string][])("does not try again what cannot get better: %o", async (fault, words) => {
    server.failNext(fault);
    const { error } = await read();
    expect(error).toMatchObject({ name: "ModelUnavailableError", message: expect.stringContaining(words) });
    expect(inspect(error)).not.toMatch(/sk-a-key|secret/);
    expect(server.requests).toHaveLength(1);
  });

  it("a silent server is left after the first-piece time, retries included", async () => {
    server.failNext({ kind: "status", status: 500 }, { kind: "hang" });
    const { error } = await read({ limits: { firstPieceMs: 80 } });
    expect(error).toMatchObject({ name: "ModelUnavailableError", message: expect.stringContaining("did not begin") });
    expect(await server.requests[1]?.ended).toBe("disconnected");
  });
});

describe("while the model thinks", () => {
  const thinking = (thought: number) => [
    ...Array.from({ length: thought }, (_, at) => (at === 0 ? "<think>" : "hm ")),
    "</think>",
    "Nine.",
  ];

  it("what it thinks is not shown, and time that it takes for a thought is not silence", async () => {
    await server.close();
    server = await startOpenAiServer({ reply: () => thinking(30) });
    server.failNext({ kind: "slow", delayMs: 20 });
    expect(await read({ limits: { firstPieceMs: 400, idleMs: 400 } })).toEqual({ pieces: ["Nine."], error: undefined });
  });
});

describe("after the first piece", () => {
  it.each([
    [{ kind: "reset-mid-stream" }, "broke off"],
    [{ kind: "end-early" }, "broke off"],
    [{ kind: "error-mid-stream" }, "failure within its answer"],
    [{ kind: "hang-after-first-token" }, "fell silent"],
  ] satisfies [OpenAiFault, string][])("an answer that ends by %o is an error and is not begun again", async (fault, words) => {
    server.failNext(fault);
    const { pieces, error } = await read({ limits: { idleMs: 80 } });
    expect(pieces).toEqual(["The"]);
    expect(error).toMatchObject({ name: "ModelUnavailableError", message: expect.stringContaining(words) });
    expect(server.requests).toHaveLength(1);
  });

  it("an answer that goes on for too long is cut by the total time", async () => {
    server.failNext({ kind: "slow", delayMs: 40 });
    const { pieces, error } = await read({ limits: { totalMs: 100 } });
    expect(pieces.length).toBeLessThan(6);
    expect(error).toMatchObject({ name: "ModelUnavailableError", message: expect.stringContaining("did not finish") });
  });
});

describe("the end of a request", () => {
  it("an abort cancels it at the server at once, and its reason is thrown", async () => {
    server.failNext({ kind: "hang-after-first-token" });
    const controller = new AbortController();
    const reading = read({}, controller.signal);
    await server.received(1);
    controller.abort(new Error("the visitor left"));
    expect((await reading).error).toMatchObject({ message: "the visitor left" });
    expect(await server.requests[0]?.ended).toBe("disconnected");
  });

  it("a reader that stops reading cancels it at the server", async () => {
    server.failNext({ kind: "hang-after-first-token" });
    const pieces = open().answer(request, { signal: new AbortController().signal })[Symbol.asyncIterator]();
    expect(await pieces.next()).toMatchObject({ value: { text: "The" } });
    await pieces.return?.();
    expect(await server.requests[0]?.ended).toBe("disconnected");
  });

  it("an abort before the start sends nothing", async () => {
    expect((await read({}, AbortSignal.abort())).error).toMatchObject({ name: "AbortError" });
    expect(server.requests).toHaveLength(0);
  });

  it("closing twice ends what runs and refuses what comes after", async () => {
    server.failNext({ kind: "hang" });
    const model = open();
    const signal = new AbortController().signal;
    const running = collect(model.answer(request, { signal })).catch((error: unknown) => error);
    await server.received(1);
    await Promise.all([model.close(), model.close()]);
    expect(await running).toMatchObject({ name: "ModelUnavailableError" });
    await expect(collect(model.answer(request, { signal }))).rejects.toMatchObject({ name: "ModelUnavailableError" });
    expect(server.requests).toHaveLength(1);
  });
});
