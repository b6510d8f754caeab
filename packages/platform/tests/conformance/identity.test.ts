import { asTenant } from "@parlance/ports";
import { Code, type HandlerContext } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { callOptions, identityOf, type Identity } from "../../src/index.ts";
import { aborted, failureOf } from "./helpers.ts";
import { connectTo, transportCases } from "./transports.ts";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const identity: Identity = { tenant: asTenant("user-1"), requestId: "request-1", traceparent };

describe.each(transportCases)("callOptions over $name", (transportCase) => {
  test("hands identity and trace on from call to call", async () => {
    let seen: Identity | undefined;
    await using inner = await connectTo(transportCase, {
      unary: (_request, context) => {
        seen = identityOf(context);
        return {};
      },
    });
    await using outer = await connectTo(transportCase, {
      unary: async (_request, context) => {
        await inner.client.unary({}, callOptions(context));
        return {};
      },
    });
    await outer.client.unary({}, callOptions(identity));
    expect(seen).toEqual(identity);
  });

  test("gives the next call what is left of the deadline, or less if asked, never more", async () => {
    const left: number[] = [];
    await using inner = await connectTo(transportCase, {
      unary: (_request, context) => {
        left.push(context.timeoutMs() ?? Number.POSITIVE_INFINITY);
        return {};
      },
    });
    await using outer = await connectTo(transportCase, {
      unary: async (_request, context) => {
        await inner.client.unary({}, callOptions(context));
        await inner.client.unary({}, callOptions(context, { timeoutMs: 300 }));
        await inner.client.unary({}, callOptions(context, { timeoutMs: 60_000 }));
        return {};
      },
    });
    await outer.client.unary({}, callOptions(identity, { timeoutMs: 2_000 }));
    const [whole = 0, shorter = 0, longer = 0] = left;
    expect(whole).toBeGreaterThan(300);
    expect(whole).toBeLessThanOrEqual(2_000);
    expect(shorter).toBeGreaterThan(0);
    expect(shorter).toBeLessThanOrEqual(300);
    expect(longer).toBeLessThanOrEqual(2_000);
  });

  test("aborts the whole chain when the first caller gives up", async () => {
    const reached = Promise.withResolvers<AbortSignal>();
    await using inner = await connectTo(transportCase, {
      unary: async (_request, context) => {
        reached.resolve(context.signal);
        await aborted(context.signal);
        throw context.signal.reason;
      },
    });
    await using outer = await connectTo(transportCase, {
      unary: (_request, context) => inner.client.unary({}, callOptions(context)),
    });
    const controller = new AbortController();
    const failure = failureOf(outer.client.unary({}, callOptions(identity, { signal: controller.signal })));
    const signal = await reached.promise;
    controller.abort();
    expect((await failure).code).toBe(Code.Canceled);
    await aborted(signal);
  });

  test("lets a handler stop one call without ending its own", async () => {
    await using inner = await connectTo(transportCase, {
      unary: async (_request, context) => {
        await aborted(context.signal);
        return {};
      },
    });
    await using outer = await connectTo(transportCase, {
      unary: async (_request, context) => {
        const error = await failureOf(inner.client.unary({}, callOptions(context, { signal: AbortSignal.timeout(50) })));
        return { count: error.code };
      },
    });
    expect((await outer.client.unary({}, callOptions(identity))).count).toBe(Code.Canceled);
  });
});

test("no call is made when the deadline has passed", () => {
  const context = {
    requestHeader: new Headers({ "x-parlance-user": "user-1" }),
    timeoutMs: () => 0,
    signal: new AbortController().signal,
  };
  expect(() => callOptions(context as unknown as HandlerContext)).toThrow("The call took too long");
});

test("a call that names no user is refused", () => {
  const context = { requestHeader: new Headers(), timeoutMs: () => undefined, signal: new AbortController().signal };
  expect(() => callOptions(context as unknown as HandlerContext)).toThrow("The call names no user");
});
