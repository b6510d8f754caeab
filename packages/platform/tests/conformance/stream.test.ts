import { isMessage } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { common } from "@parlance/contracts";
import { describe, expect, test } from "vitest";
import { aborted, collect, failureOf } from "./helpers.ts";
import { ReplySchema } from "./service.ts";
import { connectTo, transportCases } from "./transports.ts";

describe.each(transportCases)("server stream over $name", (transportCase) => {
  test("brings messages in order with all defaults, headers before and trailers after", async () => {
    await using connection = await connectTo(transportCase, {
      async *serverStream(request, context) {
        context.responseHeader.set("x-first", "begin");
        for (let count = 1; count <= request.count; count++) yield { count };
        context.responseTrailer.set("x-last", "end");
      },
    });
    const order: string[] = [];
    const replies = connection.client.serverStream(
      { count: 3 },
      {
        onHeader: (header) => order.push(`header ${header.get("x-first")}`),
        onTrailer: (trailer) => order.push(`trailer ${trailer.get("x-last")}`),
      },
    );
    for await (const reply of replies) {
      expect(isMessage(reply, ReplySchema)).toBe(true);
      expect(reply.text).toBe("");
      order.push(`message ${reply.count}`);
    }
    expect(order).toEqual(["header begin", "message 1", "message 2", "message 3", "trailer end"]);
  });

  test("ends cleanly without a message", async () => {
    await using connection = await connectTo(transportCase, { async *serverStream() {} });
    expect(await collect(connection.client.serverStream({}))).toEqual([]);
  });

  test("carries an error before the first message", async () => {
    await using connection = await connectTo(transportCase, {
      // oxlint-disable-next-line require-yield
      async *serverStream() {
        throw new ConnectError("no", Code.NotFound);
      },
    });
    const error = await failureOf(collect(connection.client.serverStream({})));
    expect(error).toMatchObject({ code: Code.NotFound, rawMessage: "no" });
  });

  test("carries an error in the middle with its details, after the messages before it", async () => {
    await using connection = await connectTo(transportCase, {
      async *serverStream() {
        yield { count: 1 };
        yield { count: 2 };
        const detail = { desc: common.ErrorInfoSchema, value: { reason: "SOME_REASON" } };
        throw new ConnectError("broken", Code.DataLoss, { "x-why": "because" }, [detail]);
      },
    });
    const seen: number[] = [];
    const error = await failureOf(
      (async () => {
        for await (const { count } of connection.client.serverStream({})) seen.push(count);
      })(),
    );
    expect(seen).toEqual([1, 2]);
    expect(error).toMatchObject({ code: Code.DataLoss, rawMessage: "broken" });
    expect(error.findDetails(common.ErrorInfoSchema)).toMatchObject([{ reason: "SOME_REASON" }]);
    expect(error.metadata.get("x-why")).toBe("because");
  });

  test("hides an error in the middle that is not an RPC error", async () => {
    await using connection = await connectTo(transportCase, {
      async *serverStream() {
        yield {};
        throw new Error("the password is 1234");
      },
    });
    const error = await failureOf(collect(connection.client.serverStream({})));
    expect(error.message).toBe("[internal] internal error");
  });

  test("delivers each message when it is made, not at the end", async () => {
    const next = Promise.withResolvers<void>();
    await using connection = await connectTo(transportCase, {
      async *serverStream() {
        yield { count: 1 };
        await next.promise;
        yield { count: 2 };
      },
    });
    const seen: number[] = [];
    for await (const { count } of connection.client.serverStream({})) {
      seen.push(count);
      next.resolve();
    }
    expect(seen).toEqual([1, 2]);
  });

  test("aborts the handler, waiting for its next message, when the caller aborts", async () => {
    const started = Promise.withResolvers<AbortSignal>();
    await using connection = await connectTo(transportCase, {
      async *serverStream(_request, context) {
        yield {};
        started.resolve(context.signal);
        await aborted(context.signal);
        throw context.signal.reason;
      },
    });
    const controller = new AbortController();
    const failure = failureOf(collect(connection.client.serverStream({}, { signal: controller.signal })));
    const signal = await started.promise;
    controller.abort();
    expect((await failure).code).toBe(Code.Canceled);
    await aborted(signal);
  });

  test("tells the handler after `break` when a signal is aborted in `finally`", async () => {
    const started = Promise.withResolvers<AbortSignal>();
    await using connection = await connectTo(transportCase, {
      async *serverStream(_request, context) {
        started.resolve(context.signal);
        while (!context.signal.aborted) {
          yield { text: "x".repeat(20_000) };
          // Over a network the handler runs ahead; this lets the abort arrive between two messages.
          await new Promise((resolve) => setImmediate(resolve));
        }
      },
    });
    await firstOf((signal) => connection.client.serverStream({}, { signal }));
    const signal = await started.promise;
    await aborted(signal);
    expect(signal.aborted).toBe(true);
  });

  test("ends at the deadline, and tells the handler", async () => {
    const started = Promise.withResolvers<AbortSignal>();
    await using connection = await connectTo(transportCase, {
      async *serverStream(_request, context) {
        yield {};
        started.resolve(context.signal);
        await aborted(context.signal);
      },
    });
    const failure = failureOf(collect(connection.client.serverStream({}, { timeoutMs: 200 })));
    await aborted(await started.promise);
    expect((await failure).code).toBe(Code.DeadlineExceeded);
  });

  test("is not cut short as if complete when the process stops", async () => {
    const shutdown = new AbortController();
    const started = Promise.withResolvers<void>();
    await using connection = await connectTo(
      transportCase,
      {
        async *serverStream(_request, context) {
          yield { count: 1 };
          started.resolve();
          await aborted(context.signal);
          yield { count: 2 };
        },
      },
      { shutdownSignal: shutdown.signal },
    );
    const replies = collect(connection.client.serverStream({}));
    await started.promise;
    shutdown.abort();
    expect((await replies).map(({ count }) => count)).toEqual([1, 2]);
  });
});

describe.each(transportCases)("client stream over $name", (transportCase) => {
  test("brings all requests, with all defaults, and one reply", async () => {
    await using connection = await connectTo(transportCase, {
      clientStream: async (requests) => {
        const all = await collect(requests);
        return { count: all.length, tags: all.map(({ text, tags }) => `${text}${tags.length}`) };
      },
    });
    async function* requests() {
      yield { text: "a" };
      yield { text: "b", tags: ["one"] };
    }
    const reply = await connection.client.clientStream(requests());
    expect(reply).toMatchObject({ count: 2, tags: ["a0", "b1"] });
  });

  test("carries trailers and an error of the handler", async () => {
    await using connection = await connectTo(transportCase, {
      clientStream: async (requests, context) => {
        for await (const { text } of requests) if (text === "bad") throw new ConnectError("bad", Code.InvalidArgument);
        context.responseTrailer.set("x-last", "end");
        return {};
      },
    });
    async function* requests(...texts: string[]) {
      for (const text of texts) yield { text };
    }
    let trailer = new Headers();
    await connection.client.clientStream(requests("good"), { onTrailer: (value) => (trailer = value) });
    expect(trailer.get("x-last")).toBe("end");
    const error = await failureOf(connection.client.clientStream(requests("good", "bad")));
    expect(error.code).toBe(Code.InvalidArgument);
  });

  test("lets go of the caller's requests when the call ends early", async () => {
    const released = Promise.withResolvers<void>();
    await using connection = await connectTo(transportCase, {
      clientStream: async (requests) => {
        await requests[Symbol.asyncIterator]().next();
        throw new ConnectError("not today", Code.Unavailable);
      },
    });
    async function* requests() {
      try {
        for (;;) {
          yield { text: "more" };
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        released.resolve();
      }
    }
    expect((await failureOf(connection.client.clientStream(requests()))).code).toBe(Code.Unavailable);
    await released.promise;
  });
});

// The reference leaves the handler where it is and lets the caller's error through to it.
describe.each(transportCases.slice(1))("stream that one side leaves, over $name", (transportCase) => {
  test("runs the handler's `finally` after `break` when a signal is aborted in `finally`", async () => {
    const ended = Promise.withResolvers<void>();
    let made = 0;
    await using connection = await connectTo(transportCase, {
      async *serverStream(_request, context) {
        try {
          while (!context.signal.aborted) {
            made++;
            yield { text: "x".repeat(20_000) };
            await new Promise((resolve) => setImmediate(resolve));
          }
        } finally {
          ended.resolve();
        }
      },
    });
    await firstOf((signal) => connection.client.serverStream({}, { signal }));
    await ended.promise;
    expect(made).toBeGreaterThan(0);
  });

  // Over HTTP/2 connect-node ends the stream in order, so the handler takes what came for all. No method of ours streams requests.
  const tellsHandler = !/gRPC over (?:h2c|TLS)$/.test(transportCase.name);

  test("fails when the caller's own requests fail, and the handler does not see them as complete", async () => {
    const outcome = Promise.withResolvers<string>();
    await using connection = await connectTo(transportCase, {
      clientStream: async (requests) => {
        await collect(requests).then(
          () => outcome.resolve("complete"),
          (error: unknown) => outcome.resolve(String(error).includes("of the caller") ? "leaked" : "failed"),
        );
        return {};
      },
    });
    async function* requests() {
      yield { text: "a" };
      throw new Error("of the caller");
    }
    const error = await failureOf(connection.client.clientStream(requests()));
    expect(error.code).toBe(Code.Internal);
    expect(await outcome.promise).toBe(tellsHandler ? "failed" : "complete");
  });
});

describe.each(transportCases.filter(({ bidi }) => bidi))("stream in both directions over $name", (transportCase) => {
  test("answers each request before the next is sent", async () => {
    await using connection = await connectTo(transportCase, {
      async *bidi(requests) {
        for await (const { text } of requests) yield { text: text.toUpperCase() };
      },
    });
    const answered: string[] = [];
    let turn = Promise.withResolvers<void>();
    async function* requests() {
      for (const text of ["a", "b", "c"]) {
        turn = Promise.withResolvers<void>();
        yield { text };
        await turn.promise;
      }
    }
    for await (const { text } of connection.client.bidi(requests())) {
      answered.push(text);
      turn.resolve();
    }
    expect(answered).toEqual(["A", "B", "C"]);
  });

  test("aborts a handler that waits for the next request", async () => {
    const started = Promise.withResolvers<AbortSignal>();
    await using connection = await connectTo(transportCase, {
      async *bidi(requests, context) {
        for await (const { text } of requests) {
          started.resolve(context.signal);
          yield { text };
        }
      },
    });
    const controller = new AbortController();
    async function* requests() {
      yield {};
      await aborted(controller.signal);
    }
    const failure = failureOf(collect(connection.client.bidi(requests(), { signal: controller.signal })));
    const signal = await started.promise;
    controller.abort();
    expect((await failure).code).toBe(Code.Canceled);
    await aborted(signal);
  });
});

/** Takes the first message and leaves, as every caller should. */
async function firstOf<T>(open: (signal: AbortSignal) => AsyncIterable<T>): Promise<T | undefined> {
  const controller = new AbortController();
  try {
    for await (const message of open(controller.signal)) return message;
    return undefined;
  } finally {
    controller.abort();
  }
}
