import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { answering } from "@parlance/contracts";
import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { collectAnswer, headerText, streamAnswer } from "./answer-stream.ts";
import { cutOff } from "./send.ts";

type Event = NonNullable<MessageInitShape<typeof answering.AnswerResponseSchema>["event"]>;

const started: Event = { case: "started", value: { conversationId: "c1", answerId: "a1" } };
const completed: Event = { case: "completed", value: { costCredits: 2 } };
const delta = (text: string): Event => ({ case: "delta", value: { text } });

async function* events(...list: Event[]) {
  for (const event of list) yield create(answering.AnswerResponseSchema, { event });
}

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** Serves answers over real connections. */
async function serveAnswers(serve: (res: ServerResponse) => Promise<void>) {
  let outcome: Promise<unknown> = Promise.resolve();
  const server = createServer((_req, res) => {
    outcome = serve(res).catch((error: unknown) => {
      if (res.headersSent) cutOff(res);
      else res.writeHead(500).end();
      return error;
    });
  }).listen(0, "127.0.0.1");
  open.push(() => (server.closeAllConnections(), server.close()));
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, outcome: () => outcome };
}

/** Asks for one answer. */
async function ask(serve: (res: ServerResponse) => Promise<void>) {
  const { port, outcome } = await serveAnswers(serve);
  const client = request({ port, host: "127.0.0.1" }).end();
  const [response] = (await once(client, "response")) as [IncomingMessage];
  return { response, client, outcome };
}

async function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding("utf8");
  let text = "";
  for await (const piece of response) text += String(piece);
  return text;
}

describe("a streamed answer", () => {
  test("has each piece on its way before the next one is asked for", async () => {
    const heldBack: (number | undefined)[] = [];
    const { response } = await ask((res) => {
      async function* watched() {
        yield* events(started);
        for (const text of ["at ", "once"]) {
          yield* events(delta(text));
          heldBack.push(res.socket?.writableLength);
        }
      }
      return streamAnswer(watched(), res, 1_000);
    });
    expect(await textOf(response)).toBe("at once");
    expect(heldBack).toEqual([0, 0]);
  });

  test("is the pieces as they come, as plain text in chunks", async () => {
    const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
    async function* gated() {
      yield* events(started, delta("Hello, "));
      await gate;
      yield* events(delta("wörld"), completed);
    }
    const { response } = await ask((res) => streamAnswer(gated(), res, 1_000));
    const [first] = (await once(response, "data")) as [Buffer];
    expect(first.toString()).toBe("Hello, ");
    openGate();
    expect(await textOf(response)).toBe("wörld");
    expect(response.headers).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "transfer-encoding": "chunked",
      "x-accel-buffering": "no",
      "x-conversation-id": "c1",
    });
    expect(response.headers["x-cost-credits"]).toBeUndefined();
  });

  test("can still be an error before its first piece", async () => {
    async function* failing() {
      yield* events(started, delta(""));
      throw new Error("the model is down");
    }
    const { response } = await ask((res) => streamAnswer(failing(), res, 1_000));
    expect(response.statusCode).toBe(500);
  });

  test("is cut without a final chunk when it fails after its first piece", async () => {
    async function* failing() {
      yield* events(started, delta("half of "));
      throw new Error("the model fell over");
    }
    const { response } = await ask((res) => streamAnswer(failing(), res, 1_000));
    expect(response.statusCode).toBe(200);
    await expect(textOf(response)).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  test("is cut by a reset where there are no chunks, since the end of the connection would be that of the answer", async () => {
    const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
    async function* failing() {
      yield* events(started, delta("half of "));
      await gate;
      throw new Error("the model fell over");
    }
    const { port } = await serveAnswers((res) => streamAnswer(failing(), res, 1_000));
    const socket = connect(port, "127.0.0.1").setEncoding("utf8");
    socket.write("GET / HTTP/1.0\r\n\r\n");
    let text = "";
    socket.on("data", (piece: string) => {
      text += piece;
      if (text.endsWith("half of ")) openGate();
    });
    await expect(once(socket, "end")).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  test("of a bot that keeps silent is empty and says why", async () => {
    const silent: Event = { case: "started", value: { conversationId: "c1", silentReason: "live-chat" } };
    const { response } = await ask((res) => streamAnswer(events(silent, completed), res, 1_000));
    expect([response.statusCode, response.headers["x-bot-silent"], await textOf(response)]).toEqual([200, "live-chat", ""]);
  });

  test("waits for a reader that is slower than the model", async () => {
    let made = 0;
    const piece = "x".repeat(64 * 1024);
    async function* fast() {
      yield* events(started);
      for (made = 0; made < 400; made++) yield* events(delta(piece));
    }
    const { response } = await ask((res) => streamAnswer(fast(), res, 10_000));
    // Nothing is read yet: what the two ends of the connection buffer is all that is made.
    let before = -1;
    while (before !== made) {
      before = made;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(made).toBeLessThan(300);
    expect((await textOf(response)).length).toBe(400 * piece.length);
  });

  test("gives a slow reader its time for each part of a large piece", async () => {
    const piece = "ü".repeat(8 * 1024 * 1024);
    let heldBack = () => 0;
    const { response } = await ask((res) => {
      heldBack = () => res.writableLength;
      return streamAnswer(events(started, delta(piece)), res, 10_000);
    });
    // Of what nobody has read yet, the connection takes some and the rest is still to be written.
    expect(heldBack()).toBeLessThan(1024 * 1024);
    expect(await textOf(response)).toBe(piece);
  });

  test("ends for a reader that reads nothing", async () => {
    async function* endless() {
      for (;;) yield* events(delta("x".repeat(64 * 1024)));
    }
    const { outcome } = await ask((res) => streamAnswer(endless(), res, 50));
    expect(await outcome()).toMatchObject({ name: "DisconnectedError" });
  });

  test("ends by a reset for a reader that reads nothing, who would take the half for the whole where there are no chunks", async () => {
    async function* endless() {
      for (;;) yield* events(delta("x".repeat(64 * 1024)));
    }
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const { port } = await serveAnswers((res) => streamAnswer(endless(), res, 50).finally(end));
    const socket = connect(port, "127.0.0.1");
    socket.write("GET / HTTP/1.0\r\n\r\n");
    await ended;
    socket.resume();
    await expect(once(socket, "end")).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  test("ends for a client that leaves while the answer waits for it", async () => {
    async function* endless() {
      for (;;) yield* events(delta("x".repeat(64 * 1024)));
    }
    const { client, outcome } = await ask((res) => streamAnswer(endless(), res, 60_000));
    client.destroy();
    expect(await outcome()).toMatchObject({ name: "DisconnectedError" });
  });
});

describe("a whole answer", () => {
  test("comes at once, with its length and its cost", async () => {
    const { response } = await ask((res) => collectAnswer(events(started, delta("Hällo "), delta("you"), completed), res));
    expect(response.headers).toMatchObject({ "x-cost-credits": "2", "content-length": "10", "x-conversation-id": "c1" });
    expect(await textOf(response)).toBe("Hällo you");
  });

  test("is an error when any part of it fails", async () => {
    async function* failing() {
      yield* events(started, delta("half of "));
      throw new Error("the model fell over");
    }
    expect((await ask((res) => collectAnswer(failing(), res))).response.statusCode).toBe(500);
  });
});

test("an id that a header cannot hold is percent-encoded, any other stays as it is", () => {
  expect(headerText("491701:4917%2 x")).toBe("491701:4917%2 x");
  expect(headerText("zürich 🎈")).toBe("z%C3%BCrich%20%F0%9F%8E%88");
  expect(headerText(" x")).toBe("%20x");
});
