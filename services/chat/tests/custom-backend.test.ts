import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { failureOf, transports, until, type TestProcess } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { publicAddress, startBackend } from "./_backend.ts";
import { collect, newOwner } from "./_owner.ts";
import { startChat } from "./support.ts";

const failed = { reason: "BACKEND_FAILED", code: "Unavailable", message: "Custom backend returned an error" };
const late = { reason: "BACKEND_TIMEOUT", code: "DeadlineExceeded", message: "Custom backend did not respond in time" };

/** No test here needs the local model. */
const embedsNothing = { PARLANCE_EMBEDDINGS_URL: "http://127.0.0.1:9" };

describe.each(transports)("custom backend over %s", (transport) => {
  let running: TestProcess;
  let owner: Awaited<ReturnType<typeof newOwner>>;
  beforeAll(async () => {
    running = await startChat({ transport, env: { ...embedsNothing, PARLANCE_EGRESS_ALLOW: `${publicAddress}/32` } });
    owner = await newOwner(running);
  });
  afterAll(() => running.stop());

  test("is asked with the whole conversation, the bearer and where the question comes from", async () => {
    await using backend = await startBackend((response) => response.end("Hello there"));
    const chatbotId = await owner.newChatbot(backend.url, "token-ü");
    const file = { name: "a.txt", type: "text/plain", url: "https://example.org/a.txt", content: "text of the file" };
    const conversationId = "visitor-1";
    await owner.answer(chatbotId, "First", { conversationId, source: "widget" });
    await collect(
      owner.clients.answering.answer(
        {
          chatbotId,
          conversationId,
          source: "widget",
          stream: true,
          appendMessages: true,
          messages: [{ role: "user", content: "Second", files: [file] }],
        },
        owner.options,
      ),
    );
    const [first, second] = backend.asked;
    expect(first).toMatchObject({ method: "POST", headers: { "content-type": "application/json" } });
    expect(Buffer.from(first?.headers.authorization ?? "", "latin1").toString()).toBe("Bearer token-ü");
    const common = { chatbotId, conversationId, source: "widget" };
    expect(first?.body).toEqual({ ...common, stream: false, messages: [{ role: "user", content: "First" }] });
    expect(second?.body).toEqual({
      ...common,
      stream: true,
      messages: [
        { role: "user", content: "First" },
        { role: "assistant", content: "Hello there" },
        { role: "user", content: "Second", files: [file] },
      ],
    });
  });

  test("without a bearer gets no credential", async () => {
    await using backend = await startBackend((response) => response.end("ok"));
    await owner.answer(await owner.newChatbot(backend.url), "Hi");
    expect(backend.asked[0]?.headers).not.toHaveProperty("authorization");
  });

  test("streams: each piece is passed on before the next is written, and no character is cut", async () => {
    await using backend = await startBackend();
    const chatbotId = await owner.newChatbot(backend.url);
    const events = owner.ask(chatbotId, "Hi")[Symbol.asyncIterator]();
    const nextText = async () => {
      for (;;) {
        const { value, done } = await events.next();
        if (done === true) return undefined;
        if (value.event.case === "delta") return value.event.value.text;
      }
    };
    const reading = nextText();
    const { response } = await backend.next();
    const [head, tail] = [Buffer.from("Grü").subarray(0, 3), Buffer.from("ü").subarray(1)];
    response.write(head);
    expect(await reading).toBe("Gr");
    response.write(Buffer.concat([tail, Buffer.from("ße")]));
    expect(await nextText()).toBe("üße");
    response.end();
    expect(await nextText()).toBeUndefined();
  });

  test.each([
    ["application/json", '{"answer": "42", "list": [1'],
    ["text/html", "<h1>Hi</h1><script>alert(1)</script>"],
  ])("what it answers as %s is passed on as text", async (type, text) => {
    await using backend = await startBackend((response) => response.writeHead(200, { "content-type": type }).end(text));
    const chatbotId = await owner.newChatbot(backend.url);
    const before = await owner.credits();
    expect(await owner.answer(chatbotId, "Hi", { conversationId: "c" })).toEqual({ text, costCredits: 1 });
    expect(await owner.credits()).toBe(before - 1);
    expect(await owner.stored(chatbotId, "c")).toEqual([
      { role: "user", content: "Hi", interrupted: false },
      { role: "assistant", content: text, interrupted: false },
    ]);
  });

  test("takes over from any kind of chatbot for one credit, whatever its model costs, and gives back", async () => {
    await using backend = await startBackend((response) => response.end("from the backend"));
    const { chatbotId } = await owner.create({ model: "custom-data-upload" });
    const update = (settings: object, updateMask: string[], resetMask: string[] = []) =>
      owner.clients.chatbots.updateChatbotSettings(
        { chatbotId, settings, updateMask: { paths: updateMask }, resetMask: { paths: resetMask } },
        owner.options,
      );
    await update({ customBackend: backend.url, baseModel: "gpt-4" }, ["custom_backend", "base_model"]);
    expect(await owner.answer(chatbotId, "Hi")).toEqual({ text: "from the backend", costCredits: 1 });
    await update({ ignoreDataSource: true }, ["ignore_data_source"], ["custom_backend"]);
    expect((await owner.answer(chatbotId, "Hi")).text).not.toContain("backend");
    expect(backend.asked).toHaveLength(1);
  });

  test.each([201, 204, 301, 307, 404, 500])(
    "status %i is its failure: asked once, followed nowhere, free of charge",
    async (status) => {
      await using target = await startBackend((response) => response.end("elsewhere"));
      await using backend = await startBackend((response) => response.writeHead(status, { location: target.url }).end("x"));
      const chatbotId = await owner.newChatbot(backend.url);
      const before = await owner.credits();
      expect(await failureOf(owner.answer(chatbotId, "Hi"))).toEqual(failed);
      expect([backend.accepted(), target.accepted(), await owner.credits()]).toEqual([1, 0, before]);
    },
  );

  test("an empty answer is its failure", async () => {
    await using backend = await startBackend((response) => response.end());
    const before = await owner.credits();
    expect(await failureOf(owner.answer(await owner.newChatbot(backend.url), "Hi"))).toEqual(failed);
    expect(await owner.credits()).toBe(before);
  });

  test("an answer that breaks off is stored as interrupted and free of charge", async () => {
    await using backend = await startBackend((response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("Half an ans", () => response.destroy());
    });
    const chatbotId = await owner.newChatbot(backend.url);
    const before = await owner.credits();
    expect(await failureOf(owner.answer(chatbotId, "Hi", { conversationId: "c" }))).toEqual(failed);
    expect(await owner.stored(chatbotId, "c")).toEqual([
      { role: "user", content: "Hi", interrupted: false },
      { role: "assistant", content: "Half an ans", interrupted: true },
    ]);
    expect(await owner.credits()).toBe(before);
  });

  test("an answer of more than a mebibyte is cut, however it comes", async () => {
    await using declared = await startBackend((response) => response.end("x".repeat(10 * 1024 * 1024)));
    expect(await failureOf(owner.answer(await owner.newChatbot(declared.url), "Hi"))).toEqual(failed);
    await using endless = await startBackend((response) => {
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(10_000)));
      };
      response.on("drain", more);
      more();
    });
    expect(await failureOf(owner.answer(await owner.newChatbot(endless.url), "Hi"))).toEqual(failed);
  });

  test("a caller that leaves ends the request at once, and what was said is kept", async () => {
    await using backend = await startBackend((response) => response.write("Begun"));
    const chatbotId = await owner.newChatbot(backend.url);
    const control = new AbortController();
    const reading = async () => {
      for await (const { event } of owner.ask(chatbotId, "Hi", { conversationId: "c", signal: control.signal })) {
        if (event.case === "delta") control.abort();
      }
    };
    expect(await failureOf(reading())).toMatchObject({ code: "Canceled" });
    await (
      await backend.next()
    ).closed;
    const messages = await until("the turn was stored", async () => {
      const found = await owner.stored(chatbotId, "c").catch(() => []);
      return found.length === 2 && found;
    });
    expect(messages[1]).toEqual({ role: "assistant", content: "Begun", interrupted: true });
  });

  test("an answer that its deadline cuts costs nothing, and what was said is kept", async () => {
    await using backend = await startBackend((response) => response.write("Begun"));
    const asker = await newOwner(running);
    const chatbotId = await asker.newChatbot(backend.url);
    const had = await asker.credits();
    const question = { chatbotId, conversationId: "late", messages: [{ role: "user", content: "Hi" }] };
    const asked = collect(asker.clients.answering.answer(question, { ...asker.options, timeoutMs: 1_000 }));
    expect(await failureOf(asked)).toMatchObject({ code: "DeadlineExceeded" });
    const messages = await until("the turn was stored", async () => {
      const found = await asker.stored(chatbotId, "late").catch(() => []);
      return found.length === 2 && found;
    });
    expect(messages[1]).toEqual({ role: "assistant", content: "Begun", interrupted: true });
    await until("nothing is set aside for it any more", async () => (await asker.credits()) === had);
  });

  test("an address that no call may reach is refused at create and update, with the reason", async () => {
    await using backend = await startBackend((response) => response.end("ok"));
    const chatbotId = await owner.newChatbot(backend.url);
    const hosts = ["127.0.0.1:8080", "127.1", "[::1]", "169.254.169.254", "10.0.0.1"];
    const refused = [
      ...hosts.map((host) => [`http://${host}/`, "the address does not lead to the public internet"] as const),
      ["ftp://example.org/", "the address must begin with http:// or https://"],
      ["http://u:p@example.org/", "the address must hold no user name or password"],
      ["http://example.org:6379/", "the address names a port that may not be called"],
    ] as const;
    for (const [customBackend, reason] of refused) {
      const refusal = { reason: "INVALID_REQUEST", message: `customBackend must be a URL that may be called: ${reason}` };
      expect(await failureOf(owner.create({ customBackend }))).toMatchObject(refusal);
      const update = owner.clients.chatbots.updateChatbotSettings(
        { chatbotId, settings: { customBackend }, updateMask: { paths: ["custom_backend"] } },
        owner.options,
      );
      expect(await failureOf(update)).toMatchObject(refusal);
    }
  });

  test("a name that leads to a private address is refused when it is asked, before any connection", async () => {
    await using trap = await startBackend((response) => response.end("trapped"), "127.0.0.1");
    const chatbotId = await owner.newChatbot(`http://localhost:${trap.port}/`);
    expect(await failureOf(owner.answer(chatbotId, "Hi"))).toEqual(failed);
    expect(trap.accepted()).toBe(0);
  });

  test("a question that came through a custom backend is not sent to one again", async () => {
    await using backend = await startBackend((response) => response.end("ok"));
    const chatbotId = await owner.newChatbot(backend.url);
    await owner.answer(chatbotId, "Hi");
    expect(backend.asked[0]?.headers["x-parlance-backend-hops"]).toBe("1");
    const call = owner.answer(chatbotId, "Hi", { backendHops: 1 });
    expect(await failureOf(call)).toMatchObject({ reason: "BACKEND_LOOP", code: "FailedPrecondition" });
    expect(backend.asked).toHaveLength(1);
  });
});

describe("time of a custom backend", () => {
  let running: TestProcess;
  let owner: Awaited<ReturnType<typeof newOwner>>;
  beforeAll(async () => {
    const env = {
      ...embedsNothing,
      PARLANCE_EGRESS_ALLOW: publicAddress,
      PARLANCE_BACKEND_CONNECT_TIMEOUT_MS: "200",
      PARLANCE_BACKEND_FIRST_BYTE_TIMEOUT_MS: "300",
      PARLANCE_BACKEND_TIMEOUT_MS: "600",
    };
    running = await startChat({ transport: "h2c", env });
    owner = await newOwner(running);
  });
  afterAll(() => running.stop());

  test("to connect is limited", async () => {
    // Takes the connection and never says a word of TLS.
    const silent = createServer((socket) => socket.on("error", () => {}).resume());
    await new Promise<void>((resolve) => silent.listen(0, publicAddress, resolve));
    const { port } = silent.address() as AddressInfo;
    const chatbotId = await owner.newChatbot(`https://${publicAddress}:${port}/`);
    expect(await failureOf(owner.answer(chatbotId, "Hi"))).toEqual(late);
    await new Promise((resolve) => silent.close(resolve));
  });

  test("to the first byte is limited, and the request is ended", async () => {
    await using backend = await startBackend();
    const before = await owner.credits();
    expect(await failureOf(owner.answer(await owner.newChatbot(backend.url), "Hi"))).toEqual(late);
    await (
      await backend.next()
    ).closed;
    expect(await owner.credits()).toBe(before);
  });

  test("for the whole answer is limited; what came until then is kept, free of charge", async () => {
    await using backend = await startBackend((response) => {
      const dripping = setInterval(() => response.write("."), 20);
      response.on("close", () => clearInterval(dripping));
    });
    const chatbotId = await owner.newChatbot(backend.url);
    const before = await owner.credits();
    expect(await failureOf(owner.answer(chatbotId, "Hi", { conversationId: "c" }))).toEqual(late);
    const [, answer] = await owner.stored(chatbotId, "c");
    expect(answer).toMatchObject({ role: "assistant", interrupted: true });
    expect(await owner.credits()).toBe(before);
  });
});
