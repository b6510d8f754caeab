import { Writable } from "node:stream";
import { asTenant, StoreError } from "@parlance/ports";
import { describe, expect, test } from "vitest";
import {
  AppError,
  appErrorFrom,
  callOptions,
  createLogger,
  errorCatalogue,
  errorInterceptor,
  type ErrorReason,
} from "../../src/index.ts";
import { aborted, collect, failureOf } from "./helpers.ts";
import { connectTo, transportCases, type Handlers, type TransportCase } from "./transports.ts";

function recordingLog() {
  const records: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(line, _encoding, done) {
      records.push(JSON.parse(String(line)));
      done();
    },
  });
  return { log: createLogger({ service: "test", pretty: false, destination }), records };
}

async function serve(transportCase: TransportCase, handlers: Handlers, shutdownSignal?: AbortSignal) {
  const { log, records } = recordingLog();
  const setup = { interceptors: [errorInterceptor(log)], ...(shutdownSignal !== undefined && { shutdownSignal }) };
  return { records, ...(await disposable(connectTo(transportCase, handlers, setup))) };
}

async function disposable(connecting: ReturnType<typeof connectTo>) {
  const connection = await connecting;
  return { client: connection.client, [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose]() };
}

describe.each(transportCases)("errorInterceptor over $name", (transportCase) => {
  test("brings every reason of the catalogue to the caller, with its values", async () => {
    await using connection = await serve(transportCase, {
      unary: ({ text }) => {
        throw new AppError(text as ErrorReason, { metadata: { left: "7" } });
      },
    });
    for (const reason of Object.keys(errorCatalogue)) {
      const error = appErrorFrom(await failureOf(connection.client.unary({ text: reason })));
      expect(error).toMatchObject({ reason, metadata: { left: "7" } });
    }
  });

  test("brings a reason out of the middle of a stream", async () => {
    await using connection = await serve(transportCase, {
      async *serverStream() {
        yield {};
        throw new AppError("MODEL_UNAVAILABLE");
      },
    });
    expect(appErrorFrom(await failureOf(collect(connection.client.serverStream({})))).reason).toBe("MODEL_UNAVAILABLE");
  });

  test("logs a fault of the server once, with its cause and the request, and tells the caller nothing of it", async () => {
    await using connection = await serve(transportCase, {
      unary: () => {
        throw new TypeError("the disk is on fire", { cause: new Error("really") });
      },
    });
    const options = callOptions({ tenant: asTenant("u"), requestId: "r-1" });
    const error = await failureOf(connection.client.unary({}, options));
    expect(error.message).toBe("[internal] Internal server error");
    expect(connection.records).toHaveLength(1);
    const method = "parlance.conformance.v1.ConformanceService/Unary";
    expect(connection.records[0]).toMatchObject({ level: 50, method, requestId: "r-1", msg: "call failed" });
    expect(JSON.stringify(connection.records[0])).toContain("the disk is on fire");
    expect(JSON.stringify(connection.records[0])).toContain("really");
  });

  test("does not log what a caller did wrong", async () => {
    await using connection = await serve(transportCase, {
      unary: () => {
        throw new AppError("CHATBOT_NOT_FOUND");
      },
    });
    await failureOf(connection.client.unary({}));
    expect(connection.records).toEqual([]);
  });

  test("warns when a store is away", async () => {
    await using connection = await serve(transportCase, {
      unary: () => {
        throw new StoreError("unavailable", "no primary");
      },
    });
    expect(appErrorFrom(await failureOf(connection.client.unary({}))).reason).toBe("STORE_UNAVAILABLE");
    expect(connection.records).toMatchObject([{ level: 40, msg: "call could not be served" }]);
  });

  test("relays an upstream's reason, which the upstream has logged", async () => {
    await using upstream = await serve(transportCase, {
      unary: ({ text }) => {
        throw text === "" ? new Error("torn") : new AppError("CREDITS_EXHAUSTED", { metadata: { left: "0" } });
      },
    });
    await using connection = await serve(transportCase, { unary: ({ text }) => upstream.client.unary({ text }) });
    const relayed = appErrorFrom(await failureOf(connection.client.unary({ text: "x" })));
    expect(relayed).toMatchObject({ reason: "CREDITS_EXHAUSTED", metadata: { left: "0" } });
    expect(appErrorFrom(await failureOf(connection.client.unary({}))).reason).toBe("INTERNAL");
    expect(upstream.records).toHaveLength(1);
    expect(connection.records).toHaveLength(0);
  });

  test("answers CANCELED to a caller that left, and logs nothing", async () => {
    const done = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    await using connection = await serve(transportCase, {
      unary: async (_request, context) => {
        started.resolve();
        await aborted(context.signal);
        done.resolve();
        throw context.signal.reason;
      },
    });
    const controller = new AbortController();
    const failure = failureOf(connection.client.unary({}, { signal: controller.signal }));
    await started.promise;
    controller.abort();
    expect(appErrorFrom(await failure).reason).toBe("CANCELED");
    await done.promise;
    expect(connection.records.filter(({ level }) => level === 50)).toEqual([]);
  });
});

describe.each(transportCases.slice(1))("a process that stops, over $name", (transportCase) => {
  test("answers SERVICE_UNAVAILABLE when the handler gives up", async () => {
    const shutdown = new AbortController();
    const started = Promise.withResolvers<void>();
    await using connection = await serve(
      transportCase,
      {
        unary: async (_request, context) => {
          started.resolve();
          await aborted(context.signal);
          throw context.signal.reason;
        },
      },
      shutdown.signal,
    );
    const failure = failureOf(connection.client.unary({}));
    await started.promise;
    shutdown.abort();
    expect(appErrorFrom(await failure).reason).toBe("SERVICE_UNAVAILABLE");
  });
});
