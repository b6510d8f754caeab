import { create, isMessage } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { common } from "@parlance/contracts";
import { describe, expect, test } from "vitest";
import { aborted, failureOf } from "./helpers.ts";
import { ReplySchema, RequestSchema } from "./service.ts";
import { connectTo, transportCases } from "./transports.ts";

const allCodes = Object.values(Code).filter((code) => typeof code === "number");

describe.each(transportCases)("unary call over $name", (transportCase) => {
  test("brings each side a real message with all defaults", async () => {
    let seen: unknown;
    await using connection = await connectTo(transportCase, {
      unary: (request) => {
        seen = request;
        return { text: request.text.toUpperCase() };
      },
    });
    const reply = await connection.client.unary({ text: "ünïcode" });
    expect(isMessage(seen, RequestSchema)).toBe(true);
    expect(seen).toMatchObject({ text: "ünïcode", count: 0, tags: [] });
    expect(isMessage(reply, ReplySchema)).toBe(true);
    expect(reply).toMatchObject({ text: "ÜNÏCODE", count: 0, tags: [] });
    expect(reply.bytes).toHaveLength(0);
  });

  test("carries headers to the handler, and headers and trailers back", async () => {
    await using connection = await connectTo(transportCase, {
      unary: (_request, context) => {
        context.responseHeader.set("x-seen", context.requestHeader.get("x-sent") ?? "");
        context.responseTrailer.set("x-last", "end");
        return {};
      },
    });
    let header = new Headers();
    let trailer = new Headers();
    await connection.client.unary(
      {},
      { headers: { "x-sent": "one" }, onHeader: (value) => (header = value), onTrailer: (value) => (trailer = value) },
    );
    expect(header.get("x-seen")).toBe("one");
    expect(trailer.get("x-last")).toBe("end");
  });

  test.each(allCodes)("carries code %i with message, metadata and details, and not the cause", async (code) => {
    await using connection = await connectTo(transportCase, {
      unary: () => {
        const detail = { desc: common.ErrorInfoSchema, value: { reason: "SOME_REASON", metadata: { left: "7" } } };
        throw new ConnectError("no, thänks", code, { "x-why": "because" }, [detail], new Error("inside"));
      },
    });
    const error = await failureOf(connection.client.unary({}));
    expect(error.code).toBe(code);
    expect(error.rawMessage).toBe("no, thänks");
    expect(error.metadata.get("x-why")).toBe("because");
    expect(error.findDetails(common.ErrorInfoSchema)).toMatchObject([{ reason: "SOME_REASON", metadata: { left: "7" } }]);
    expect(error.cause).toBeUndefined();
  });

  test("hides an error that is not an RPC error", async () => {
    await using connection = await connectTo(transportCase, {
      unary: () => {
        throw new Error("the password is 1234");
      },
    });
    const error = await failureOf(connection.client.unary({}));
    expect(error.code).toBe(Code.Internal);
    expect(error.message).toBe("[internal] internal error");
  });

  test("answers UNIMPLEMENTED for a method without a handler and for a service that is not there", async () => {
    await using connection = await connectTo(transportCase, {});
    expect((await failureOf(connection.client.missing({}))).code).toBe(Code.Unimplemented);
    await using empty = await transportCase.connect(() => undefined);
    const { createClient } = await import("@connectrpc/connect");
    const { ConformanceService } = await import("./service.ts");
    expect((await failureOf(createClient(ConformanceService, empty.transport).unary({}))).code).toBe(Code.Unimplemented);
  });

  test("tells the handler the deadline, and ends the call when it passes", async () => {
    const seen = Promise.withResolvers<HandlerContext>();
    await using connection = await connectTo(transportCase, {
      unary: (_request, context) => {
        seen.resolve(context);
        return new Promise<never>((_resolve, reject) =>
          context.signal.addEventListener("abort", () => reject(context.signal.reason)),
        );
      },
    });
    const failure = failureOf(connection.client.unary({}, { timeoutMs: 200 }));
    const context = await seen.promise;
    expect(context.timeoutMs()).toBeLessThanOrEqual(200);
    expect(context.timeoutMs()).toBeGreaterThan(0);
    expect((await failure).code).toBe(Code.DeadlineExceeded);
    await aborted(context.signal);
  });

  test("ends the call at the deadline even when the handler does not listen", async () => {
    const never = Promise.withResolvers<never>();
    await using connection = await connectTo(transportCase, { unary: () => never.promise });
    expect((await failureOf(connection.client.unary({}, { timeoutMs: 50 }))).code).toBe(Code.DeadlineExceeded);
    never.reject(new Error("late"));
  });

  test("aborts the handler when the caller gives up", async () => {
    const started = Promise.withResolvers<AbortSignal>();
    await using connection = await connectTo(transportCase, {
      unary: (_request, context) => {
        started.resolve(context.signal);
        return new Promise<never>((_resolve, reject) =>
          context.signal.addEventListener("abort", () => reject(context.signal.reason)),
        );
      },
    });
    const controller = new AbortController();
    const failure = failureOf(connection.client.unary({}, { signal: controller.signal }));
    const signal = await started.promise;
    controller.abort();
    expect((await failure).code).toBe(Code.Canceled);
    await aborted(signal);
  });

  test("aborts the handler's signal once the call is over", async () => {
    let signal: AbortSignal | undefined;
    await using connection = await connectTo(transportCase, {
      unary: (_request, context) => {
        signal = context.signal;
        return {};
      },
    });
    await connection.client.unary({});
    if (signal === undefined) throw new Error("the handler was not called");
    await aborted(signal);
    expect(signal.aborted).toBe(true);
  });

  test("tells a running handler that the process stops, and lets it answer", async () => {
    const shutdown = new AbortController();
    const started = Promise.withResolvers<void>();
    await using connection = await connectTo(
      transportCase,
      {
        unary: async (_request, context) => {
          started.resolve();
          await aborted(context.signal);
          return { text: "just in time" };
        },
      },
      { shutdownSignal: shutdown.signal },
    );
    const reply = connection.client.unary({});
    await started.promise;
    shutdown.abort();
    expect((await reply).text).toBe("just in time");
  });

  test("runs interceptors of both sides, the first outermost", async () => {
    const steps: string[] = [];
    const step = (name: string) => (next: (request: never) => Promise<never>) => async (request: never) => {
      steps.push(`${name} in`);
      const response = await next(request);
      steps.push(`${name} out`);
      return response;
    };
    await using connection = await connectTo(
      transportCase,
      {
        unary: () => {
          steps.push("handler");
          return {};
        },
      },
      {
        clientInterceptors: [step("client 1"), step("client 2")] as never,
        interceptors: [step("server 1"), step("server 2")] as never,
      },
    );
    await connection.client.unary({});
    expect(steps).toEqual([
      "client 1 in",
      "client 2 in",
      "server 1 in",
      "server 2 in",
      "handler",
      "server 2 out",
      "server 1 out",
      "client 2 out",
      "client 1 out",
    ]);
  });

  test("gives the handler headers of its own, also those that interceptors set", async () => {
    let seen: string | null = null;
    const sent = new Headers({ "x-sent": "one" });
    await using connection = await connectTo(
      transportCase,
      {
        unary: (_request, context) => {
          seen = context.requestHeader.get("x-added");
          context.requestHeader.set("x-sent", "changed");
          return {};
        },
      },
      {
        clientInterceptors: [
          (next) => (request) => {
            request.header.set("x-added", "by the client");
            return next(request);
          },
        ],
      },
    );
    await connection.client.unary({}, { headers: sent });
    expect(seen).toBe("by the client");
    expect(sent.get("x-sent")).toBe("one");
    expect(sent.has("x-added")).toBe(false);
  });

  test("carries bytes and a megabyte of text unharmed", async () => {
    await using connection = await connectTo(transportCase, { unary: ({ text, bytes, tags }) => ({ text, bytes, tags }) });
    const sent = create(RequestSchema, { text: "é".repeat(500_000), bytes: new Uint8Array([0, 255, 7]), tags: ["", "b"] });
    const reply = await connection.client.unary(sent);
    expect(reply.text).toBe(sent.text);
    expect([...reply.bytes]).toEqual([0, 255, 7]);
    expect(reply.tags).toEqual(["", "b"]);
  });
});

// The reference does call the handler.
describe.each(transportCases.slice(1))("a call that was given up before it began, over $name", (transportCase) => {
  test("does not reach the handler", async () => {
    let reached = 0;
    const count = () => {
      reached++;
      return {};
    };
    await using connection = await connectTo(transportCase, { unary: count, read: count });
    expect((await failureOf(connection.client.unary({}, { signal: AbortSignal.abort() }))).code).toBe(Code.Canceled);
    await connection.client.read({});
    expect(reached).toBe(1);
  });
});

describe.each(transportCases.filter(({ ours }) => ours))("deadline over $name", (transportCase) => {
  test("is five seconds when the caller gave none", async () => {
    let left: number | undefined;
    await using connection = await connectTo(transportCase, {
      unary: (_request, context) => {
        left = context.timeoutMs();
        return {};
      },
    });
    await connection.client.unary({});
    expect(left).toBeGreaterThan(4_000);
    expect(left).toBeLessThanOrEqual(5_000);
  });

  test.each([0, -1, Number.NaN, 3_600_001])("of %d ms is INVALID_ARGUMENT", async (timeoutMs) => {
    await using connection = await connectTo(transportCase, { unary: () => ({}) });
    expect((await failureOf(connection.client.unary({}, { timeoutMs }))).code).toBe(Code.InvalidArgument);
  });
});
