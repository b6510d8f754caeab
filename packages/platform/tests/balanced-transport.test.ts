import { once } from "node:events";
import { connect } from "node:net";
import { Worker } from "node:worker_threads";
import { Code, ConnectError, createClient, type Client } from "@connectrpc/connect";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  appErrorFrom,
  createBalancedTransport,
  createLogger,
  errorInterceptor,
  listenRpc,
  Secret,
  type RpcServer,
} from "../src/index.ts";
import { ConformanceService, type ConformanceServiceType } from "./conformance/service.ts";
import type { Handlers } from "./conformance/transports.ts";

const closed = "http://127.0.0.1:9";

async function serve(handlers: Handlers, port = 0, token?: Secret): Promise<RpcServer> {
  const interceptors = [errorInterceptor(createLogger({ service: "test", level: "silent" }))];
  const routes = (router: Parameters<Parameters<typeof listenRpc>[0]["routes"]>[0]) => {
    router.service(ConformanceService, handlers);
  };
  const server = await listenRpc({ host: "127.0.0.1", port, routes, interceptors, token, limits: { closeMs: 100 } });
  onTestFinished(() => server.close());
  return server;
}

function dial(urls: string[], resolve?: (host: string) => Promise<string[]>, token?: Secret): Client<ConformanceServiceType> {
  const transport = createBalancedTransport({ urls, token, ...(resolve !== undefined && { resolve }) });
  onTestFinished(() => transport.close());
  return createClient(ConformanceService, transport);
}

const replica = (name: string): Handlers => ({
  unary: () => ({ text: name }),
  read: () => ({ text: name }),
  async *serverStream() {
    yield { text: name };
  },
});

async function codeOf(work: Promise<unknown>): Promise<Code | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => ConnectError.from(error).code,
  );
}

/** An address that takes no connection and refuses none: a program listens there, and its queue is full. */
async function blackHole(): Promise<string> {
  const program = `
    const { workerData, parentPort } = require("node:worker_threads");
    const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      setImmediate(() => Atomics.wait(workerData, 0, 0));
    });`;
  const held = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(program, { eval: true, workerData: held });
  onTestFinished(async () => {
    Atomics.notify(held, 0);
    await worker.terminate();
  });
  const [port] = (await once(worker, "message")) as [number];
  const waiting = Array.from({ length: 4 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
  onTestFinished(() => waiting.forEach((socket) => socket.destroy()));
  await once(waiting[0] ?? worker, "connect");
  return `http://127.0.0.1:${port}`;
}

describe("a service of several replicas", () => {
  test("is called at each in turn", async () => {
    const servers = await Promise.all(["a", "b"].map((name) => serve(replica(name))));
    const client = dial(servers.map(({ address }) => address.url));
    const seen: string[] = [];
    for (let call = 0; call < 6; call++) seen.push((await client.unary({})).text);
    expect(seen.toSorted()).toEqual(["a", "a", "a", "b", "b", "b"]);
  });

  test("loses no call, of any kind, to a replica that is not there", async () => {
    const there = await serve(replica("there"));
    const client = dial([closed, there.address.url]);
    for (let call = 0; call < 4; call++) {
      expect((await client.unary({})).text).toBe("there");
      const pieces = await Array.fromAsync(client.serverStream({}));
      expect(pieces.map(({ text }) => text)).toEqual(["there"]);
    }
  });

  test("is called at the next replica at once when one is not there", async () => {
    const endless = vi.spyOn(Math, "random").mockReturnValue(1e6);
    onTestFinished(() => endless.mockRestore());
    const there = await serve(replica("there"));
    const client = dial([closed, there.address.url]);
    for (let call = 0; call < 4; call++) expect((await client.unary({})).text).toBe("there");
  });

  test("loses no call, of any kind, to a machine that is gone and answers nothing", async () => {
    const gone = await blackHole();
    const there = await serve(replica("there"));
    for (let place = 0; place < 2; place++) {
      const urls = [gone, there.address.url];
      expect((await dial(place === 0 ? urls : urls.toReversed()).unary({})).text).toBe("there");
      const pieces = await Array.fromAsync(dial(place === 0 ? urls : urls.toReversed()).serverStream({}));
      expect(pieces.map(({ text }) => text)).toEqual(["there"]);
    }
  });

  test("costs a caller its deadline and no more when the name service hangs", async () => {
    const client = dial(["http://replicas.test:1"], () => new Promise(() => undefined));
    const began = performance.now();
    expect(await codeOf(client.unary({}, { timeoutMs: 200 }))).toBe(Code.DeadlineExceeded);
    expect(await codeOf(Array.fromAsync(client.serverStream({}, { timeoutMs: 200 })))).toBe(Code.DeadlineExceeded);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test("loses no call, of any kind, to a replica that was given another token", async () => {
    const [ours, others] = [new Secret("one token for all of us"), new Secret("a token of somebody else")];
    const servers = [await serve(replica("stranger"), 0, others), await serve(replica("known"), 0, ours)];
    const urls = servers.map(({ address }) => address.url);
    // Each begins anew: the stranger is left alone once it was met.
    expect((await dial(urls, undefined, ours).unary({})).text).toBe("known");
    const pieces = await Array.fromAsync(dial(urls, undefined, ours).serverStream({}));
    expect(pieces.map(({ text }) => text)).toEqual(["known"]);
  });

  test("is out of reach, by no fault of who asks, when no replica knows the token, and the error says what to do", async () => {
    const server = await serve(replica("stranger"), 0, new Secret("a token of somebody else"));
    const client = dial([server.address.url], undefined, new Secret("one token for all of us"));
    for (const call of [() => client.unary({}), () => Array.fromAsync(client.serverStream({}))]) {
      const error: unknown = await call().catch((reason: unknown) => reason);
      expect(appErrorFrom(error).reason).toBe("SERVICE_UNAVAILABLE");
      expect(ConnectError.from(error).rawMessage).toContain("the same PARLANCE_RPC_TOKEN");
    }
  });

  test("names a replica that knows another token to the log, once until it answers, though others take its calls", async () => {
    const [ours, others] = [new Secret("one token for all of us"), new Secret("a token of somebody else")];
    const stranger = await serve(replica("stranger"), 0, others);
    const known = await serve(replica("known"), 0, ours);
    const lines: string[] = [];
    const log = createLogger({ service: "test", destination: { write: (line) => void lines.push(line) } });
    const transport = createBalancedTransport({ urls: [stranger.address.url, known.address.url], token: ours, log });
    onTestFinished(() => transport.close());
    const client = createClient(ConformanceService, transport);
    // All at once, so that more than one meets it before it is left alone.
    await Promise.all(Array.from({ length: 10 }, () => client.unary({})));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ address: stranger.address.url, reason: expect.stringContaining("the same PARLANCE_RPC_TOKEN") }),
    ]);
  });

  test("loses no call while each replica in turn drains, stops and comes back", async () => {
    const servers = await Promise.all(["a", "b"].map((name) => serve(replica(name))));
    const client = dial(servers.map(({ address }) => address.url));
    const failures: unknown[] = [];
    const load = { calls: 0, stopped: new AbortController() };
    const callers = Array.from({ length: 8 }, async () => {
      while (!load.stopped.signal.aborted) {
        await client.unary({}).catch((error: unknown) => failures.push(error));
        load.calls++;
      }
    });
    for (const server of servers) {
      const before = load.calls;
      await expect.poll(() => load.calls, { interval: 1, timeout: 10_000 }).toBeGreaterThan(before + 50);
      await server.drain(1_000);
      await server.close();
      await serve(replica("again"), server.address.port);
    }
    load.stopped.abort();
    await Promise.all(callers);
    expect(failures).toEqual([]);
  });

  test("repeats a read whose connection broke, and never a write", async () => {
    const counts = { read: 0, unary: 0 };
    const servers: RpcServer[] = [];
    const breakConnection = async (index: number) => {
      // Cuts off every connection, with the call unanswered.
      await servers[index]?.close();
    };
    const breaking: Handlers = {
      read: async (_request, { signal }) => {
        counts.read++;
        void breakConnection(0);
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        return {};
      },
    };
    servers.push(await serve(breaking));
    const breakingWrite: Handlers = {
      unary: async (_request, { signal }) => {
        counts.unary++;
        void breakConnection(1);
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        return {};
      },
    };
    servers.push(await serve(breakingWrite));
    const good = await serve({
      ...replica("good"),
      unary: () => {
        counts.unary++;
        return { text: "good" };
      },
    });
    expect((await dial([servers[0]?.address.url ?? "", good.address.url]).read({})).text).toBe("good");
    expect(await codeOf(dial([servers[1]?.address.url ?? "", good.address.url]).unary({}))).toBe(Code.Unavailable);
    expect(counts).toEqual({ read: 1, unary: 1 });
  });

  test("takes requests and gives answers as large as the gateway's largest, several at a time", async () => {
    const server = await serve({ unary: ({ text }) => ({ text, count: text.length }) });
    const client = dial([server.address.url]);
    const text = "x".repeat(12 * 1024 * 1024);
    const answers = await Promise.all([1, 2].map(() => client.unary({ text }, { timeoutMs: 30_000 })));

    expect(answers.map(({ count }) => count)).toEqual([text.length, text.length]);
  });

  test("does not ask again for an answer that it was given", async () => {
    let asked = 0;
    const refusing: Handlers = {
      read: () => {
        asked++;
        throw new ConnectError("not now", Code.Unavailable);
      },
    };
    const servers = await Promise.all([serve(refusing), serve(refusing)]);
    expect(await codeOf(dial(servers.map(({ address }) => address.url)).read({}))).toBe(Code.Unavailable);
    expect(asked).toBe(1);
  });

  test("costs a caller its deadline and no more when it hangs", async () => {
    const hanging = await serve({ unary: () => new Promise(() => undefined) });
    const began = performance.now();
    expect(await codeOf(dial([hanging.address.url]).unary({}, { timeoutMs: 300 }))).toBe(Code.DeadlineExceeded);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  test("is unavailable at once when no replica is there, and repetitions stop when the budget is spent", async () => {
    const client = dial([closed, "http://127.0.0.1:10"]);
    const began = performance.now();
    const codes = await Promise.all(Array.from({ length: 100 }, () => codeOf(client.unary({}))));
    expect(new Set(codes)).toEqual(new Set([Code.Unavailable]));
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  test("follows its name to the replicas that the name stands for now", async () => {
    const first = await serve(replica("first"));
    const hosts = ["127.0.0.1"];
    const client = dial([`http://replicas.test:${first.address.port}`], async () => hosts);
    expect((await client.unary({})).text).toBe("first");
    await first.close();
    hosts[0] = "127.0.0.2";
    const second = await listenRpc({
      host: "127.0.0.2",
      port: first.address.port,
      routes: (router) => {
        router.service(ConformanceService, replica("second"));
      },
    });
    onTestFinished(() => second.close());
    await expect
      .poll(
        () =>
          client.unary({}).then(
            ({ text }) => text,
            () => "",
          ),
        { timeout: 10_000 },
      )
      .toBe("second");
  });
});
