import { once } from "node:events";
import { connect } from "node:http2";
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from "node:net";
import { Code, createClient, type Interceptor } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { health } from "@parlance/contracts";
import { describe, expect, onTestFinished, test } from "vitest";
import { createHealth, createRpcTransport, listenRpc, Secret, type RpcServerOptions } from "../src/index.ts";
import { aborted, collect, failureOf } from "./conformance/helpers.ts";
import { ConformanceService } from "./conformance/service.ts";
import type { Handlers } from "./conformance/transports.ts";

const path = "/parlance.conformance.v1.ConformanceService";

async function listen(handlers: Handlers, options: Partial<RpcServerOptions> = {}) {
  const routes: RpcServerOptions["routes"] = (router) => router.service(ConformanceService, handlers);
  const server = await listenRpc({ host: "127.0.0.1", port: 0, routes, ...options });
  onTestFinished(() => server.close());
  return server;
}

function dial(url: string, token?: string) {
  const transport = createRpcTransport({ url, token: token === undefined ? undefined : new Secret(token) });
  onTestFinished(() => transport.close());
  return createClient(ConformanceService, transport);
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connectTcp(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** All that comes until the other side closes. */
async function readToEnd(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  socket.on("error", () => undefined);
  if (!socket.closed) await once(socket, "close");
  return text;
}

describe("one port", () => {
  test("speaks gRPC, gRPC-Web and Connect over HTTP/2, and Connect and gRPC-Web over HTTP/1.1", async () => {
    const { address } = await listen({ unary: (_request, { protocolName }) => ({ text: protocolName }) });
    const baseUrl = address.url;
    const transports = [
      createGrpcTransport({ baseUrl }),
      createGrpcWebTransport({ baseUrl, httpVersion: "2" }),
      createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }),
      createConnectTransport({ baseUrl, httpVersion: "2" }),
      createConnectTransport({ baseUrl, httpVersion: "1.1" }),
    ];
    const spoken = transports.map(async (transport) => (await createClient(ConformanceService, transport).unary({})).text);
    expect(await Promise.all(spoken)).toEqual(["grpc", "grpc-web", "grpc-web", "connect", "connect"]);
  });

  test("takes plain JSON by POST, and by GET only for a method without side effects", async () => {
    const { address } = await listen({ unary: ({ text }) => ({ text }), read: ({ text }) => ({ text }) });
    const headers = { "content-type": "application/json" };
    const post = await fetch(`${address.url}${path}/Unary`, { method: "POST", headers, body: JSON.stringify({ text: "hé" }) });
    expect(await post.json()).toEqual({ text: "hé" });
    const query = new URLSearchParams({ connect: "v1", encoding: "json", message: JSON.stringify({ text: "hé" }) });
    expect(await (await fetch(`${address.url}${path}/Read?${String(query)}`)).json()).toEqual({ text: "hé" });
    expect((await fetch(`${address.url}${path}/Unary?${String(query)}`)).status).toBe(405);
  });

  test("knows the HTTP version also when the first bytes come one by one", async () => {
    const { address } = await listen({ read: () => ({ text: "here" }) });
    const query = new URLSearchParams({ connect: "v1", encoding: "json", message: "{}" });
    const http1 = await openSocket(address.port);
    http1.setNoDelay();
    for (const byte of `GET ${path}/Read?${String(query)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`) {
      http1.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await readToEnd(http1)).toMatch(/^HTTP\/1\.1 200 .*here/s);
    const http2 = await openSocket(address.port);
    http2.setNoDelay();
    for (const byte of "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") {
      http2.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    http2.write(Buffer.from("000000040000000000", "hex"));
    const [settings] = (await once(http2, "data")) as [Buffer];
    expect(settings[3]).toBe(4);
  });

  test("serves many calls at once on one connection", async () => {
    const { address } = await listen({ unary: ({ count }) => ({ count }) });
    const client = dial(address.url);
    const counts = Array.from({ length: 200 }, (_, count) => count);
    const replies = await Promise.all(counts.map((count) => client.unary({ count })));
    expect(replies.map(({ count }) => count)).toEqual(counts);
  });

  // More than Node takes by itself: of resets, and of calls that fill the connection again before it has forgotten those.
  test.each([
    [20, 100],
    [3, 999],
  ])(
    "keeps a connection of which a caller resets all calls but one, %i times %i, as when they pass their deadlines",
    async (rounds, calls) => {
      const released = Promise.withResolvers<void>();
      let onRunning = () => {};
      const { address } = await listen({
        unary: async (_request, { signal }) => {
          onRunning();
          await Promise.race([released.promise, aborted(signal)]);
          return { text: "still there" };
        },
      });
      const client = dial(address.url);
      const timeoutMs = 60_000;
      const kept = client.unary({}, { timeoutMs });
      for (let round = 0; round < rounds; round++) {
        const leaving = new AbortController();
        let begun = 0;
        const all = Promise.withResolvers<void>();
        onRunning = () => ++begun === calls && all.resolve();
        // Some may be refused while the server is not done with those of the round before.
        const left = Array.from({ length: calls }, () =>
          failureOf(client.unary({}, { timeoutMs, signal: leaving.signal })).then(onRunning),
        );
        await Promise.race([all.promise, kept]);
        leaving.abort();
        await Promise.all(left);
      }
      released.resolve();
      expect(await kept).toMatchObject({ text: "still there" });
    },
  );

  test("refuses a port that is taken, and says so", async () => {
    const { address } = await listen({});
    await expect(listenRpc({ host: "127.0.0.1", port: address.port, routes: () => undefined })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });
});

describe("limits", () => {
  test("a message over 32 MiB is RESOURCE_EXHAUSTED in either direction, and the connection lives on", async () => {
    // Node does not count such a connection as done when it closes.
    const { address } = await listen({ unary: ({ count }) => ({ text: "x".repeat(count) }) }, { limits: { closeMs: 100 } });
    const transport = createGrpcTransport({ baseUrl: address.url, nodeOptions: { maxSessionMemory: 100 } });
    const client = createClient(ConformanceService, transport);
    const tooMuch = 32 * 1024 * 1024;
    expect((await failureOf(client.unary({ text: "x".repeat(tooMuch) }))).code).toBe(Code.ResourceExhausted);
    expect((await failureOf(client.unary({ count: tooMuch }))).code).toBe(Code.ResourceExhausted);
    expect((await client.unary({ count: 10 })).text).toHaveLength(10);
  });

  test("a small message that unpacks to more than 32 MiB is RESOURCE_EXHAUSTED", async () => {
    const { address } = await listen({ unary: () => ({}) });
    const { compressionGzip } = await import("@connectrpc/connect-node");
    const transport = createGrpcTransport({ baseUrl: address.url, sendCompression: compressionGzip });
    const failure = failureOf(createClient(ConformanceService, transport).unary({ text: "x".repeat(33 * 1024 * 1024) }));
    expect((await failure).code).toBe(Code.ResourceExhausted);
  });

  test.each(["0m", "0S", "2H", "99999999H", "-1S", "soon"])("a gRPC timeout of %s is INVALID_ARGUMENT", async (value) => {
    const { address } = await listen({ unary: () => ({}) });
    const forge: Interceptor = (next) => (request) => {
      request.header.set("grpc-timeout", value);
      return next(request);
    };
    const transport = createGrpcTransport({ baseUrl: address.url, interceptors: [forge] });
    expect((await failureOf(createClient(ConformanceService, transport).unary({}))).code).toBe(Code.InvalidArgument);
  });

  test.each(["0", "3600001", "9999999999", "x"])("a Connect timeout of %s is INVALID_ARGUMENT", async (value) => {
    const { address } = await listen({ unary: () => ({}) });
    const headers = { "content-type": "application/json", "connect-timeout-ms": value };
    const reply = await fetch(`${address.url}${path}/Unary`, { method: "POST", headers, body: "{}" });
    expect(await reply.json()).toMatchObject({ code: "invalid_argument" });
  });

  test("a call without a timeout gets the default: 5 s, a stream 120 s", async () => {
    const seen: number[] = [];
    const { address } = await listen({
      unary: (_request, context) => {
        seen.push(context.timeoutMs() ?? 0);
        return {};
      },
      async *serverStream(_request, context) {
        seen.push(context.timeoutMs() ?? 0);
        yield {};
      },
    });
    for (const transport of [
      createGrpcTransport({ baseUrl: address.url }),
      createConnectTransport({ baseUrl: address.url, httpVersion: "1.1" }),
    ]) {
      const client = createClient(ConformanceService, transport);
      await client.unary({});
      await collect(client.serverStream({}));
    }
    expect(seen.map((left) => Math.ceil(left / 1_000))).toEqual([5, 120, 5, 120]);
  });

  test("a health watch without a timeout lasts as long as its watcher, who would take its end for an outage", async () => {
    const seen: (number | undefined)[] = [];
    const { address } = await listen(
      {},
      {
        routes: (router) =>
          router.service(health.Health, {
            async *watch(_request, context) {
              seen.push(context.timeoutMs());
              yield {};
            },
          }),
      },
    );
    const client = createClient(health.Health, createGrpcTransport({ baseUrl: address.url }));
    await collect(client.watch({}));
    await collect(client.watch({}, { timeoutMs: 3_600_000 }));
    expect(seen.map((left) => left && Math.ceil(left / 1_000))).toEqual([undefined, 3_600]);
  });

  test("a handler that ignores its deadline does not hold the caller", async () => {
    const { address } = await listen({ unary: () => new Promise<never>(() => undefined) });
    const headers = { "content-type": "application/json", "connect-timeout-ms": "50" };
    const reply = await fetch(`${address.url}${path}/Unary`, { method: "POST", headers, body: "{}" });
    expect(await reply.json()).toMatchObject({ code: "deadline_exceeded" });
  });
});

describe("slow and broken connections", () => {
  const limits = { headersMs: 100, pingAfterMs: 50, pingTimeoutMs: 50, closeMs: 200 };

  test("one that sends nothing is cut off", async () => {
    const { address } = await listen({}, { limits });
    expect(await readToEnd(await openSocket(address.port))).toBe("");
  });

  test("one that never ends its headers is cut off", async () => {
    const { address } = await listen({}, { limits });
    const socket = await openSocket(address.port);
    socket.write(`POST ${path}/Unary HTTP/1.1\r\nhost: x\r\n`);
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("one that never ends its body is cut off after the call's deadline", async () => {
    const { address } = await listen({ unary: () => ({}) }, { limits });
    const socket = await openSocket(address.port);
    socket.write(
      `POST ${path}/Unary HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnect-timeout-ms: 50\r\ncontent-length: 9\r\n\r\n{`,
    );
    await readToEnd(socket);
    expect(socket.closed).toBe(true);
  });

  test("one that does not answer an HTTP/2 ping is cut off", async () => {
    const { address } = await listen({}, { limits });
    const socket = await openSocket(address.port);
    socket.write(Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Buffer.from("000000040000000000", "hex")]));
    await readToEnd(socket);
    expect(socket.closed).toBe(true);
  });

  test("one that answers pings stays", async () => {
    const pinged = Promise.withResolvers<void>();
    const { address } = await listen(
      {
        async *serverStream(_request, context) {
          yield { count: 1 };
          await pinged.promise;
          if (!context.signal.aborted) yield { count: 2 };
        },
      },
      { limits },
    );
    // Beside a connection that counts its pings, the other gets about as many.
    const beside = connect(address.url);
    onTestFinished(() => beside.destroy());
    let pings = 0;
    const [messages] = await Promise.all([
      collect(dial(address.url).serverStream({})),
      new Promise<void>((resolve) => beside.on("ping", () => ++pings === 8 && resolve())).then(pinged.resolve),
    ]);
    expect(messages).toHaveLength(2);
  });

  test("one that is silent is pinged again and again, and no ping leaves anything behind", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on("warning", onWarning);
    const { address } = await listen({}, { limits: { ...limits, pingAfterMs: 2, pingTimeoutMs: 10_000 } });
    const session = connect(address.url);
    let pings = 0;
    // Node warns of the eleventh listener.
    await new Promise<void>((resolve) => session.on("ping", () => ++pings === 30 && resolve()));
    session.destroy();
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
  });

  test("garbage is refused and the server lives on", async () => {
    const { address } = await listen({ unary: () => ({}) }, { limits });
    for (const garbage of [
      "\x16\x03\x01\x02\x00",
      "PRI * HTTP/1.1\r\n\r\n",
      "PRX",
      "\0".repeat(10_000),
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense",
    ]) {
      const socket = await openSocket(address.port);
      socket.write(Buffer.from(garbage, "latin1"));
      await readToEnd(socket);
    }
    await dial(address.url).unary({});
    expect((await fetch(`${address.url}/none`)).status).toBe(404);
  });
});

describe("service credential", () => {
  test.each([
    ["none", undefined],
    ["another", "wrong"],
    ["a longer", "right-and-more"],
    ["an empty", ""],
  ])("%s is UNAUTHENTICATED", async (_name, token) => {
    let reached = false;
    const { address } = await listen(
      {
        unary: () => {
          reached = true;
          return {};
        },
      },
      { token: new Secret("right") },
    );
    expect((await failureOf(dial(address.url, token).unary({}))).code).toBe(Code.Unauthenticated);
    expect(reached).toBe(false);
  });

  test("the right one lets every kind of call in", async () => {
    const { address } = await listen({ unary: () => ({}), async *serverStream() {} }, { token: new Secret("right") });
    const client = dial(address.url, "right");
    await client.unary({});
    expect(await collect(client.serverStream({}))).toEqual([]);
  });

  test("a token can be changed process by process: each of several is let in, and the first is sent", async () => {
    const { address } = await listen({ unary: () => ({}) }, { token: new Secret("new,old") });
    for (const token of ["new", "old", "new,old", "new,another"]) await dial(address.url, token).unary({});
    for (const token of ["another", "another,new", ","])
      expect((await failureOf(dial(address.url, token).unary({}))).code).toBe(Code.Unauthenticated);
  });

  test("health needs none", async () => {
    const health = createHealth();
    const { address } = await listen({}, { token: new Secret("right"), routes: health.routes });
    const reply = await fetch(`${address.url}/grpc.health.v1.Health/Check`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(await reply.json()).toEqual({ status: "NOT_SERVING" });
  });
});

describe("a call to another process", () => {
  test("is UNAVAILABLE when nobody listens, and works once somebody does", async () => {
    const probe = createServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, "close");
    const client = dial(`http://127.0.0.1:${port}`);
    expect((await failureOf(client.unary({}))).code).toBe(Code.Unavailable);
    await listen({ unary: () => ({ text: "here" }) }, { port });
    expect((await client.unary({})).text).toBe("here");
  });

  test("is UNAVAILABLE when the connection breaks before or in the middle of the answer", async () => {
    const started = Promise.withResolvers<void>();
    const { address } = await listen({
      unary: async (_request, context) => {
        started.resolve();
        await aborted(context.signal);
        return {};
      },
      async *serverStream(_request, context) {
        yield { count: 1 };
        await aborted(context.signal);
      },
    });
    const { port, cut } = await proxyTo(address.port);
    const client = dial(`http://127.0.0.1:${port}`);
    const unary = failureOf(client.unary({}));
    await started.promise;
    cut();
    expect((await unary).code).toBe(Code.Unavailable);
    const stream = failureOf(
      (async () => {
        for await (const { count } of client.serverStream({})) if (count === 1) cut();
      })(),
    );
    expect((await stream).code).toBe(Code.Unavailable);
  });
});

describe("close", () => {
  test("lets running calls end, takes no new one, and may be called twice", async () => {
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const server = await listen({
      unary: async () => {
        started.resolve();
        await finish.promise;
        return { text: "done" };
      },
    });
    const reply = dial(server.address.url).unary({});
    const http1 = createClient(
      ConformanceService,
      createConnectTransport({ baseUrl: server.address.url, httpVersion: "1.1" }),
    ).unary({});
    await started.promise;
    const silent = await openSocket(server.address.port);
    const closing = [server.close(), server.close()];
    expect((await failureOf(dial(server.address.url).unary({}))).code).toBe(Code.Unavailable);
    finish.resolve();
    expect((await reply).text).toBe("done");
    expect((await http1).text).toBe("done");
    await Promise.all(closing);
    await readToEnd(silent);
    expect(silent.closed).toBe(true);
  });

  test("cuts off what does not end in time", async () => {
    const started = Promise.withResolvers<void>();
    const server = await listen(
      {
        unary: () => {
          started.resolve();
          return new Promise<never>(() => undefined);
        },
      },
      { limits: { closeMs: 50 } },
    );
    const failure = failureOf(dial(server.address.url).unary({}));
    await started.promise;
    await server.close();
    expect((await failure).code).toBe(Code.Unavailable);
  });
});

/** Passes bytes on until told to cut all connections without a word. */
async function proxyTo(port: number): Promise<{ port: number; cut: () => void }> {
  const sockets = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connectTcp(port, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
    }
    near.pipe(far).pipe(near);
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
    sockets.clear();
  };
  onTestFinished(() => {
    cut();
    proxy.close();
  });
  return { port: (proxy.address() as AddressInfo).port, cut };
}
