import { inspect } from "node:util";
import { describeEmbedder } from "@parlance/ports/contracts";
import { afterEach, describe, expect, it } from "vitest";
import {
  type OpenAiFault,
  type OpenAiServer,
  type OpenAiServerOptions,
  startOpenAiServer,
} from "../../../testkit/src/openai-server.ts";
import { openOpenAiEmbedder, type OpenAiEmbedderOptions } from "./openai-embedder.ts";

const interactive = { priority: "interactive" } as const;
const key = "sk-a-key-that-must-not-leak";
const servers: OpenAiServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(options?: OpenAiServerOptions): Promise<OpenAiServer> {
  const server = await startOpenAiServer(options);
  servers.push(server);
  return server;
}

function open(server: OpenAiServer, options: Partial<OpenAiEmbedderOptions> = {}) {
  return openOpenAiEmbedder({ baseUrl: server.baseUrl, apiKey: key, model: "embed-small", dimension: 64, ...options });
}

describe("against a server of the protocol", () => {
  const shared = startOpenAiServer();
  describeEmbedder("OpenAI-compatible", async () => open(await shared, { batchSize: 16 }));
});

describe("what the server answers", () => {
  it.each(["float", "base64"] as const)("reads %s vectors right, and normalises them", async (encoding) => {
    const [plain, other] = [open(await start()), open(await start({ encoding }))];
    const texts = ["one two two", "three"];
    expect(await other.embed(texts, interactive)).toEqual(await plain.embed(texts, interactive));
    expect(Math.hypot(...((await other.embed(texts, interactive))[0] ?? []))).toBeCloseTo(1, 5);
  });

  it("asks for numbers when a server refuses base64, and goes on so", async () => {
    const server = await start();
    const embedder = open(server);
    server.failNext({ kind: "status", status: 400 });
    expect(await embedder.embed(["first"], interactive)).toHaveLength(1);
    await embedder.embed(["second"], interactive);
    expect(server.requests.map(({ body }) => body["encoding_format"])).toEqual(["base64", "float", "float"]);
  });

  it("refuses vectors of another dimension than the index has", async () => {
    const embedder = open(await start({ dimension: 12 }));
    await expect(embedder.embed(["text"], interactive)).rejects.toThrow("12 numbers instead of 64");
  });

  it("sends no more texts in one request than the batch size, and no blank one", async () => {
    const server = await start();
    const embedder = open(server, { batchSize: 3 });
    await embedder.embed(["a", "", "b", "c", " ", "d"], { priority: "background" });
    expect(server.requests.map(({ body }) => body.input)).toEqual([["a", "b", "c"], ["d"]]);
    expect(server.requests[0]?.authorization).toBe(`Bearer ${key}`);
  });
});

describe("a server in trouble", () => {
  const passing: OpenAiFault[] = [{ kind: "status", status: 429 }, { kind: "status", status: 503 }, { kind: "reset" }];
  it.each(passing)("tries again after %o", async (fault) => {
    const server = await start();
    const embedder = open(server);
    server.failNext(fault);
    expect(await embedder.embed(["text"], interactive)).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    [
      { kind: "status", status: 401, body: { error: { message: `Incorrect API key provided: ${key}` } } },
      "embedding server refused the key",
      true,
    ],
    [{ kind: "status", status: 404 }, "does not know the model", true],
    [{ kind: "status", status: 429, body: { error: { code: "insufficient_quota" } } }, "quota is used up", true],
    [{ kind: "status", status: 429 }, "overloaded", false],
    [{ kind: "status", status: 500 }, "failed (status 500)", false],
    [{ kind: "reset" }, "cannot be reached", false],
  ] satisfies [OpenAiFault, string, boolean][])(
    "says what failed for %o, and whether for good, without the key or the text",
    async (fault, words, refused) => {
      const server = await start();
      const embedder = open(server, { maxRetries: 0 });
      server.failNext(fault);
      const error = await embedder.embed(["a visitor's secret"], interactive).catch((failure: unknown) => failure);
      expect(error).toMatchObject({ name: "ModelUnavailableError", message: expect.stringContaining(words), refused });
      expect(inspect(error)).not.toMatch(/sk-a-key|secret/);
    },
  );

  it("gives up on a silent server after the time for the priority", async () => {
    const server = await start();
    const embedder = open(server, { timeoutMs: { interactive: 50, background: 60_000 } });
    server.failNext({ kind: "hang" });
    await expect(embedder.embed(["text"], interactive)).rejects.toThrow("did not answer in time");
    expect(await server.requests[0]?.ended).toBe("disconnected");
  });

  it("an abort ends the request at once", async () => {
    const server = await start();
    const embedder = open(server);
    const controller = new AbortController();
    server.failNext({ kind: "hang" });
    const call = embedder.embed(["text"], { ...interactive, signal: controller.signal }).catch((error: unknown) => error);
    await server.received(1);
    controller.abort();
    expect(await call).toMatchObject({ name: "AbortError" });
    expect(await server.requests[0]?.ended).toBe("disconnected");
  });
});
