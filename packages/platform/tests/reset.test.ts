import { once } from "node:events";
import { connect, constants } from "node:http2";
import { Writable } from "node:stream";
import { Code, type Interceptor } from "@connectrpc/connect";
import { expect, onTestFinished, test } from "vitest";
import { createLogger, errorInterceptor, listenRpc } from "../src/index.ts";
import { aborted, failureOf } from "./conformance/helpers.ts";
import { ConformanceService } from "./conformance/service.ts";

const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_CANCEL } = constants;

function recordingLog() {
  const records: string[] = [];
  const destination = new Writable({ write: (line, _encoding, done) => (records.push(String(line)), done()) });
  return { records, log: createLogger({ service: "test", pretty: false, destination }) };
}

test.each([NGHTTP2_INTERNAL_ERROR, NGHTTP2_CANCEL])(
  "a caller that resets its call with %i has left, which is no fault to log",
  async (code) => {
    const { log, records } = recordingLog();
    const started = Promise.withResolvers<void>();
    const outcome = Promise.withResolvers<Code>();
    const seen: Interceptor = (next) => async (request) => {
      const call = next(request);
      void failureOf(call).then((error) => outcome.resolve(error.code));
      return call;
    };
    const server = await listenRpc({
      host: "127.0.0.1",
      port: 0,
      interceptors: [seen, errorInterceptor(log)],
      routes: (router) =>
        router.service(ConformanceService, {
          unary: async (_request, { signal }) => {
            started.resolve();
            await aborted(signal);
            throw signal.reason;
          },
        }),
    });
    const session = connect(server.address.url);
    onTestFinished(async () => {
      session.destroy();
      await server.close();
    });
    const path = `/${ConformanceService.typeName}/Unary`;
    const stream = session.request({ ":method": "POST", ":path": path, "content-type": "application/grpc" });
    stream.on("error", () => undefined).end(Buffer.from([0, 0, 0, 0, 0]));
    await started.promise;
    stream.close(code);
    expect(await outcome.promise).toBe(Code.Canceled);
    expect(records).toEqual([]);
  },
);

test("a caller that leaves in the middle of an answer is no fault to log, though the rest cannot be sent", async () => {
  const { log, records } = recordingLog();
  const left = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const server = await listenRpc({
    host: "127.0.0.1",
    port: 0,
    interceptors: [errorInterceptor(log)],
    routes: (router) =>
      router.service(ConformanceService, {
        async *serverStream(_request, { signal }) {
          try {
            yield { text: "one" };
            await aborted(signal);
            left.resolve();
            for (let more = 0; more < 3; more++) yield { text: "more" };
          } finally {
            ended.resolve();
          }
        },
      }),
  });
  const session = connect(server.address.url);
  onTestFinished(async () => {
    session.destroy();
    await server.close();
  });
  const path = `/${ConformanceService.typeName}/ServerStream`;
  const stream = session.request({ ":method": "POST", ":path": path, "content-type": "application/grpc" });
  stream.on("error", () => undefined).end(Buffer.from([0, 0, 0, 0, 0]));
  await once(stream, "data");
  stream.close(NGHTTP2_CANCEL);
  await Promise.all([left.promise, ended.promise]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(records).toEqual([]);
});

test("a caller whose process ends is noticed at once, and is no fault to log though it had more to send", async () => {
  const { log, records } = recordingLog();
  const ended = Promise.withResolvers<void>();
  const server = await listenRpc({
    host: "127.0.0.1",
    port: 0,
    interceptors: [errorInterceptor(log)],
    routes: (router) =>
      router.service(ConformanceService, {
        async *bidi(requests) {
          try {
            for await (const { text } of requests) yield { text };
          } finally {
            ended.resolve();
          }
        },
      }),
  });
  const session = connect(server.address.url);
  onTestFinished(async () => {
    session.destroy();
    await server.close();
  });
  const path = `/${ConformanceService.typeName}/Bidi`;
  const stream = session.request({ ":method": "POST", ":path": path, "content-type": "application/grpc" });
  stream.on("error", () => undefined).write(Buffer.from([0, 0, 0, 0, 0]));
  await once(stream, "data");
  session.destroy();
  await ended.promise;
  await new Promise((resolve) => setImmediate(resolve));
  expect(records).toEqual([]);
});
