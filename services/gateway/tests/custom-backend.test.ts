import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { parseConfig } from "@parlance/platform";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { gatewayConfig } from "../src/config.ts";
import { startGateway, type TestGateway } from "./_gateway.ts";

let gateway: TestGateway;
const servers: Server[] = [];
beforeAll(async () => {
  gateway = await startGateway({ PARLANCE_EMBEDDINGS_URL: "http://127.0.0.1:9", PARLANCE_EGRESS_ALLOW: "127.0.0.1" });
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => gateway[Symbol.asyncDispose]());

async function startBackend(answer: (...call: Parameters<RequestListener>) => unknown): Promise<string> {
  const server = createServer((request, response) => void answer(request, response));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function newChatbot(customBackend: string): Promise<string> {
  const body = { chatbotName: "Own", model: "custom-model", customBackend, bearer: gateway.key };
  return ((await gateway.call("POST", "create-chatbot", { body })).json as { chatbotId: string }).chatbotId;
}

const ask = (chatbotId: string, more: { body?: object; headers?: Record<string, string> } = {}) => {
  const body = { chatbotId, messages: [{ role: "user", content: "Hi" }], ...more.body };
  return gateway.call("POST", "chat", { body, headers: more.headers ?? {} });
};

describe("a chatbot with a custom backend", () => {
  test("answers with the backend's text, and tells it whether the answer is streamed", async () => {
    const asked: unknown[] = [];
    const url = await startBackend((request, response) => {
      let text = "";
      request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      request.on("end", () => {
        asked.push((JSON.parse(text) as { stream: unknown }).stream);
        response.end("Hello");
      });
    });
    const chatbotId = await newChatbot(url);
    expect(await ask(chatbotId)).toMatchObject({ status: 200, text: "Hello", headers: { "x-cost-credits": "1" } });
    expect(await ask(chatbotId, { body: { stream: true } })).toMatchObject({ status: 200, text: "Hello" });
    expect(asked).toEqual([false, true]);
  });

  test("answers 502 for a backend that fails, in the contract's envelope", async () => {
    const chatbotId = await newChatbot(await startBackend((_request, response) => response.writeHead(500).end("<h1>stack</h1>")));
    expect(await ask(chatbotId)).toMatchObject({
      status: 502,
      json: { status: "error", message: "Custom backend returned an error" },
    });
  });

  test("ends after one round when the backend is our own API", async () => {
    let rounds = 0;
    const url = await startBackend(async (request, response) => {
      rounds += 1;
      const headers = { ...(request.headers as Record<string, string>), host: new URL(gateway.base).host };
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      const inner = await gateway.call("POST", "chat", { body: Buffer.concat(pieces), headers });
      response.writeHead(inner.status).end(inner.text);
    });
    expect((await ask(await newChatbot(url))).status).toBe(502);
    expect(rounds).toBe(1);
    expect((await ask(await newChatbot(`${gateway.base}/api/v2/chat`))).status).toBe(502);
  });

  test.each(["1", "2", "many", "-1", "0"])("refuses a request that says it came through %j backends", async (hops) => {
    const chatbotId = await newChatbot(await startBackend((_request, response) => response.end("reached")));
    expect(await ask(chatbotId, { headers: { "x-parlance-backend-hops": hops } })).toMatchObject({
      status: 508,
      json: { status: "error", message: "Custom backend leads back to a chatbot with a custom backend" },
    });
  });

  test("refuses a private address as a fault of the field", async () => {
    const body = { chatbotName: "Own", model: "custom-model", customBackend: "http://169.254.169.254/latest" };
    expect(await gateway.call("POST", "create-chatbot", { body })).toMatchObject({
      status: 400,
      json: { message: "customBackend must be a URL that may be called: the address does not lead to the public internet" },
    });
  });
});

test("the time for an answer leaves a custom backend its whole 300 s", () => {
  expect(parseConfig(gatewayConfig, {}).PARLANCE_ANSWER_TIMEOUT_MS).toBeGreaterThan(300_000);
});
