import { Client, credentials, Metadata, status, type ServiceError } from "@grpc/grpc-js";
import {
  fromBinary,
  toBinary,
  create,
  type DescMethod,
  type DescService,
  type JsonValue,
  toJson,
  fromJson,
} from "@bufbuild/protobuf";
import { common, health, services } from "@parlance/contracts";
import { describe, expect, onTestFinished, test } from "vitest";
import { AppError, createHealth, createLogger, errorInterceptor, listenRpc, Secret, type Routes } from "../src/index.ts";
import { ConformanceService } from "./conformance/service.ts";
import type { Handlers } from "./conformance/transports.ts";

/** A plain gRPC client that knows nothing of connect: what a consumer in another language has. */
function dial(address: string) {
  const client = new Client(address, credentials.createInsecure(), { "grpc.max_receive_message_length": -1 });
  onTestFinished(() => client.close());
  const wire = (method: DescMethod) =>
    [
      `/${method.parent.typeName}/${method.name}`,
      (message: JsonValue) => Buffer.from(toBinary(method.input, fromJson(method.input, message))),
      (bytes: Buffer) => toJson(method.output, fromBinary(method.output, bytes)),
    ] as const;
  return {
    unary: (method: DescMethod, message: JsonValue = {}, options: { deadline?: number; headers?: Record<string, string> } = {}) =>
      new Promise<JsonValue>((resolve, reject) => {
        const headers = new Metadata();
        for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
        const call = { ...(options.deadline !== undefined && { deadline: Date.now() + options.deadline }) };
        client.makeUnaryRequest(...wire(method), message, headers, call, (error, reply) =>
          error === null ? resolve(reply ?? null) : reject(error),
        );
      }),
    stream: (method: DescMethod, message: JsonValue = {}) => client.makeServerStreamRequest(...wire(method), message),
  };
}

async function serve(routes: Routes, token?: string) {
  const interceptors = [errorInterceptor(createLogger({ service: "test", level: "silent" }))];
  const options = { host: "127.0.0.1", port: 0, routes, interceptors, limits: { closeMs: 100 } };
  const server = await listenRpc({ ...options, token: token === undefined ? undefined : new Secret(token) });
  onTestFinished(() => server.close());
  return dial(`127.0.0.1:${server.address.port}`);
}

const serveConformance = (handlers: Handlers, token?: string) =>
  serve((router) => router.service(ConformanceService, handlers), token);
const { unary, serverStream, missing } = ConformanceService.method;

async function failureOf(work: Promise<unknown>): Promise<ServiceError> {
  return work.then(
    () => Promise.reject(new Error("the call did not fail")),
    (error: ServiceError) => error,
  );
}

describe("a plain gRPC client", () => {
  test("makes a unary call with headers and a deadline", async () => {
    const client = await serveConformance({
      unary: ({ text }, context) => ({
        text: `${text} ${context.requestHeader.get("x-sent")}`,
        count: Math.ceil((context.timeoutMs() ?? 0) / 1_000),
      }),
    });
    const reply = await client.unary(unary, { text: "hé" }, { deadline: 3_000, headers: { "x-sent": "one" } });
    expect(reply).toEqual({ text: "hé one", count: 3 });
  });

  test("reads a server stream to its end", async () => {
    const client = await serveConformance({
      async *serverStream({ count }) {
        for (let n = 1; n <= count; n++) yield { count: n };
      },
    });
    const seen: JsonValue[] = [];
    for await (const reply of client.stream(serverStream, { count: 3 })) seen.push(reply);
    expect(seen).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }]);
  });

  test("cancels a server stream, and the handler learns of it", async () => {
    const ended = Promise.withResolvers<void>();
    const client = await serveConformance({
      async *serverStream(_request, { signal }) {
        signal.addEventListener("abort", () => ended.resolve());
        yield {};
        await ended.promise;
      },
    });
    const call = client.stream(serverStream);
    call.on("error", () => undefined);
    call.once("data", () => call.cancel());
    await expect(ended.promise).resolves.toBeUndefined();
  });

  test("gets code, message and the reason in google.rpc.Status details", async () => {
    const client = await serveConformance({
      unary: () => {
        throw new AppError("CREDITS_EXHAUSTED", { metadata: { left: "0" } });
      },
    });
    const error = await failureOf(client.unary(unary));
    expect(error).toMatchObject({ code: status.RESOURCE_EXHAUSTED, details: "Message credits exhausted" });
    const [details] = error.metadata.get("grpc-status-details-bin");
    const info = toBinary(
      common.ErrorInfoSchema,
      create(common.ErrorInfoSchema, { reason: "CREDITS_EXHAUSTED", metadata: { left: "0" } }),
    );
    expect(Buffer.from(details ?? "").includes(Buffer.from(info))).toBe(true);
  });

  test("gets DEADLINE_EXCEEDED, UNIMPLEMENTED and INTERNAL as gRPC has them", async () => {
    const client = await serveConformance({
      unary: ({ count }) => (count === 0 ? new Promise<never>(() => undefined) : Promise.reject(new Error("secret"))),
    });
    expect((await failureOf(client.unary(unary, {}, { deadline: 100 }))).code).toBe(status.DEADLINE_EXCEEDED);
    expect((await failureOf(client.unary(missing))).code).toBe(status.UNIMPLEMENTED);
    expect((await failureOf(client.unary(health.Health.method.check))).code).toBe(status.UNIMPLEMENTED);
    expect(await failureOf(client.unary(unary, { count: 1 }))).toMatchObject({
      code: status.INTERNAL,
      details: "Internal server error",
    });
  });

  test("gets RESOURCE_EXHAUSTED for a message over 32 MiB", async () => {
    const client = await serveConformance({ unary: ({ count }) => ({ text: "x".repeat(count) }) });
    const tooMuch = 32 * 1024 * 1024;
    expect((await failureOf(client.unary(unary, { text: "x".repeat(tooMuch) }))).code).toBe(status.RESOURCE_EXHAUSTED);
    expect((await failureOf(client.unary(unary, { count: tooMuch }))).code).toBe(status.RESOURCE_EXHAUSTED);
  });

  test("needs the service token where one is set", async () => {
    const client = await serveConformance({ unary: () => ({}) }, "right");
    expect((await failureOf(client.unary(unary))).code).toBe(status.UNAUTHENTICATED);
    expect(await client.unary(unary, {}, { headers: { authorization: "Bearer right" } })).toEqual({});
  });

  test("reaches every method of every service", async () => {
    const all = Object.values(services).map(({ schema }) => schema as DescService);
    const client = await serve((router) => {
      for (const service of all) router.service(service, {});
    });
    for (const method of all.flatMap(({ methods }) => methods)) {
      const failure =
        method.methodKind === "unary"
          ? client.unary(method)
          : new Promise((_resolve, reject) => client.stream(method).once("error", reject));
      // The registered method answers that it has no handler; an unknown path would say "unknown method".
      expect(await failureOf(failure)).toMatchObject({ code: status.UNIMPLEMENTED, details: expect.stringContaining(method.name) });
    }
  });
});

describe("grpc.health.v1", () => {
  const { check, watch } = health.Health.method;

  test("tells the status of the process and of each service", async () => {
    const known = createHealth();
    const client = await serve(known.routes);
    expect(await client.unary(check)).toEqual({ status: "NOT_SERVING" });
    known.set("", true);
    known.set("parlance.chat.v1.AnsweringService", false);
    expect(await client.unary(check)).toEqual({ status: "SERVING" });
    expect(await client.unary(check, { service: "parlance.chat.v1.AnsweringService" })).toEqual({ status: "NOT_SERVING" });
    expect((await failureOf(client.unary(check, { service: "nobody" }))).code).toBe(status.NOT_FOUND);
  });

  test("announces each change to a watcher, also of a service that is not known yet", async () => {
    const known = createHealth();
    const client = await serve(known.routes);
    const call = client.stream(watch, { service: "later" });
    call.on("error", () => undefined);
    const seen: JsonValue[] = [];
    for await (const reply of call) {
      seen.push(reply);
      if (seen.length === 1) known.set("later", false);
      if (seen.length === 2) {
        known.set("later", false);
        known.set("other", true);
        known.set("later", true);
      }
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([{ status: "SERVICE_UNKNOWN" }, { status: "NOT_SERVING" }, { status: "SERVING" }]);
  });
});
