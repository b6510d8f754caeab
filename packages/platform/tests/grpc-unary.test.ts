import { once } from "node:events";
import { constants, createServer, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, createClient } from "@connectrpc/connect";
import { describe, expect, onTestFinished, test } from "vitest";
import { createRpcTransport, isUntrusted, maxMessageBytes } from "../src/index.ts";
import { isLocalBreak, wasNeverSent } from "../src/rpc/broken-connections.ts";
import { failureOf } from "./conformance/helpers.ts";
import { ConformanceService, ReplySchema } from "./conformance/service.ts";

const { unary } = ConformanceService.method;
const grpc = { ":status": 200, "content-type": "application/grpc+proto" };
const ok = { "grpc-status": "0" };

/** A server that answers every request as it likes, whatever gRPC says. */
async function dial(answer: (stream: ServerHttp2Stream, headers: OutgoingHttpHeaders) => void) {
  const server = createServer();
  server.on("stream", (stream, headers) => {
    stream.on("error", () => undefined);
    answer(stream, headers);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const transport = createRpcTransport({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  onTestFinished(() => {
    transport.close();
    server.close();
  });
  return createClient(ConformanceService, transport);
}

/** Answers with these bytes and trailers. */
function answerWith(bytes: Buffer, trailers: OutgoingHttpHeaders = ok) {
  return (stream: ServerHttp2Stream) => {
    stream.respond(grpc, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    stream.end(bytes);
  };
}

function framed(text: string, flags = 0): Buffer {
  const message = toBinary(ReplySchema, create(ReplySchema, { text }));
  const prefix = Buffer.from([flags, 0, 0, 0, message.length]);
  return Buffer.concat([prefix, message]);
}

describe("a unary call over gRPC", () => {
  test("is a POST as the protocol has it, and its answer may come in any pieces", async () => {
    let seen: OutgoingHttpHeaders = {};
    const client = await dial((stream, headers) => {
      seen = headers;
      stream.respond(grpc, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers(ok));
      const bytes = framed("in pieces");
      const writeFrom = (place: number) => {
        if (place === bytes.length) stream.end();
        else stream.write(bytes.subarray(place, place + 1), () => setImmediate(writeFrom, place + 1));
      };
      writeFrom(0);
    });
    expect((await client.unary({}, { timeoutMs: 1_500, headers: { "x-sent": "one" } })).text).toBe("in pieces");
    expect(seen).toMatchObject({
      ":method": "POST",
      ":path": `/${ConformanceService.typeName}/${unary.name}`,
      "content-type": "application/grpc+proto",
      te: "trailers",
      "grpc-timeout": "1500m",
      "x-sent": "one",
    });
  });

  test("gives headers and trailers of the answer", async () => {
    const client = await dial(answerWith(framed("yes"), { ...ok, "x-after": ["a", "b"] }));
    let trailer = new Headers();
    await client.unary({}, { onTrailer: (found) => (trailer = found) });
    expect(trailer.get("x-after")).toBe("a, b");
  });

  test.each<[answer: string, bytes: Buffer, trailers: OutgoingHttpHeaders, code: Code]>([
    ["is cut off in its prefix", Buffer.from([0, 0, 0]), ok, Code.Internal],
    ["is cut off in its message", framed("yes").subarray(0, 7), ok, Code.Internal],
    ["holds two messages", Buffer.concat([framed("one"), framed("two")]), ok, Code.Internal],
    ["is compressed, which was not asked for", framed("yes", 1), ok, Code.Internal],
    ["holds no message of this kind", Buffer.from([0, 0, 0, 0, 2, 0x0a, 0x7f]), ok, Code.Internal],
    ["is empty", Buffer.alloc(0), ok, Code.Internal],
    ["has no status", framed("yes"), { "x-after": "a" }, Code.Internal],
    ["has a message and an error", framed("yes"), { "grpc-status": "5", "grpc-message": "gone%20away" }, Code.NotFound],
  ])("fails when its answer %s", async (_answer, bytes, trailers, code) => {
    const failure = await failureOf((await dial(answerWith(bytes, trailers))).unary({}));
    expect(failure.code).toBe(code);
    expect(isLocalBreak(failure)).toBe(false);
  });

  test.each<[status: number, code: Code]>([
    [401, Code.Unauthenticated],
    [404, Code.Unimplemented],
    [502, Code.Unavailable],
  ])("takes HTTP %i from what is no gRPC server for its code", async (status, code) => {
    const client = await dial((stream) => {
      stream.respond({ ":status": status, "content-type": "text/html" });
      stream.end("<h1>Sorry</h1>");
    });
    expect((await failureOf(client.unary({}))).code).toBe(code);
  });

  test.each<[name: string, reset: number, code: Code, facts: { isBreak: boolean; neverSent: boolean }]>([
    ["refused", constants.NGHTTP2_REFUSED_STREAM, Code.Unavailable, { isBreak: true, neverSent: true }],
    ["cancelled", constants.NGHTTP2_CANCEL, Code.Unavailable, { isBreak: true, neverSent: false }],
    ["reset for a fault", constants.NGHTTP2_INTERNAL_ERROR, Code.Internal, { isBreak: false, neverSent: false }],
    ["asked to be calm", constants.NGHTTP2_ENHANCE_YOUR_CALM, Code.ResourceExhausted, { isBreak: false, neverSent: false }],
  ])("says what is known of it when it is %s by the server", async (_name, reset, code, facts) => {
    const failure = await failureOf((await dial((stream) => stream.close(reset))).unary({}));
    expect(failure.code).toBe(code);
    expect({ isBreak: isLocalBreak(failure), neverSent: wasNeverSent(failure) }).toEqual(facts);
    expect(isUntrusted(failure)).toBe(false);
  });

  test("is broken, and may have been taken up, when the connection is lost in the middle", async () => {
    const failure = await failureOf((await dial((stream) => stream.session?.destroy())).unary({}));
    expect([failure.code, failure.rawMessage]).toEqual([Code.Unavailable, "the service cannot be reached"]);
    expect([isLocalBreak(failure), wasNeverSent(failure)]).toEqual([true, false]);
  });

  test("stops reading an answer that is longer than any may be", async () => {
    const closed = Promise.withResolvers<number>();
    const client = await dial((stream) => {
      stream.on("close", () => closed.resolve(stream.rstCode));
      stream.respond(grpc);
      const prefix = Buffer.alloc(5);
      prefix.writeUInt32BE(maxMessageBytes + 7, 1);
      stream.write(prefix);
      const more = () => {
        if (!stream.destroyed) stream.write(Buffer.alloc(1024 * 1024), more);
      };
      more();
    });
    const failure = await failureOf(client.unary({}, { timeoutMs: 30_000 }));
    expect(failure.code).toBe(Code.ResourceExhausted);
    expect(failure.rawMessage).toBe(
      `message size ${maxMessageBytes + 7} is larger than configured readMaxBytes ${maxMessageBytes}`,
    );
    expect(await closed.promise).toBe(constants.NGHTTP2_CANCEL);
  });

  test("ends with the server's answer when that comes before the request was read", async () => {
    const client = await dial((stream) => {
      stream.respond({ ...grpc, "grpc-status": "8", "grpc-message": "too much" }, { endStream: true });
    });
    const failure = await failureOf(client.unary({ bytes: new Uint8Array(8 * 1024 * 1024) }, { timeoutMs: 10_000 }));
    expect([failure.code, failure.rawMessage]).toEqual([Code.ResourceExhausted, "too much"]);
  });

  test("resets its stream as cancelled at the deadline, and when its caller gives up", async () => {
    const resets: number[] = [];
    const client = await dial((stream) => stream.on("close", () => resets.push(stream.rstCode)));
    expect((await failureOf(client.unary({}, { timeoutMs: 50 }))).code).toBe(Code.DeadlineExceeded);
    expect((await failureOf(client.unary({}, { signal: AbortSignal.timeout(50) }))).code).toBe(Code.Canceled);
    await expect.poll(() => resets).toEqual([constants.NGHTTP2_CANCEL, constants.NGHTTP2_CANCEL]);
  });
});
