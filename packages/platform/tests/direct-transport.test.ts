import { create } from "@bufbuild/protobuf";
import { Code, createClient, createContextKey, createContextValues } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { createDirectTransport, type DirectTransportOptions } from "../src/index.ts";
import { failureOf } from "./conformance/helpers.ts";
import { ConformanceService, RequestSchema, type Request } from "./conformance/service.ts";
import type { Handlers } from "./conformance/transports.ts";

function connect(handlers: Handlers, options: Partial<DirectTransportOptions> = {}) {
  const routes: DirectTransportOptions["routes"] = (router) => router.service(ConformanceService, handlers);
  return createClient(ConformanceService, createDirectTransport({ routes, ...options }));
}

describe("direct transport", () => {
  test("hands over the message itself, without a copy", async () => {
    let seen: Request | undefined;
    const client = connect({
      unary: (request) => {
        seen = request;
        return {};
      },
    });
    const request = create(RequestSchema, { text: "a" });
    await client.unary(request);
    expect(seen).toBe(request);
  });

  test("with frozen messages, a change on either side throws where it is made", async () => {
    const client = connect(
      {
        unary: (request) => {
          request.tags.push("changed by the handler");
          return {};
        },
        read: () => ({ tags: ["a"] }),
      },
      { freezeMessages: true },
    );
    expect((await failureOf(client.unary({}))).code).toBe(Code.Internal);
    const reply = await client.read({});
    expect(() => reply.tags.push("changed by the caller")).toThrow(TypeError);
    const tags = ["a"];
    await client.read({ tags });
    expect(() => tags.push("changed after the call")).toThrow(TypeError);
  });

  test("does not let context values of the caller through, as no network would", async () => {
    const key = createContextKey("none");
    let seen: string | undefined;
    const client = connect({
      unary: (_request, context) => {
        seen = context.values.get(key);
        return {};
      },
    });
    await client.unary({}, { contextValues: createContextValues().set(key, "the caller's") });
    expect(seen).toBe("none");
  });

  test("leaves no timer and no listener behind", async () => {
    const client = connect({ unary: () => ({}), async *serverStream() {} });
    const before = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    for (let call = 0; call < 20; call++) await client.unary({}, { signal });
    for await (const { text } of client.serverStream({}, { signal })) expect(text).toBe("");
    expect(listeners).toBe(0);
    expect(process.getActiveResourcesInfo().filter((kind) => kind === "Timeout")).toHaveLength(before);
  });

  test("refuses options of a single service, which only a network would follow", () => {
    const routes: DirectTransportOptions["routes"] = (router) => router.service(ConformanceService, {}, { interceptors: [] });
    expect(() => createDirectTransport({ routes })).toThrow(TypeError);
  });
});
