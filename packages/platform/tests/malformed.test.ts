import { connect } from "node:http2";
import { connect as connectSocket } from "node:net";
import { text } from "node:stream/consumers";
import { once } from "node:events";
import { Code } from "@connectrpc/connect";
import { describe, expect, onTestFinished, test } from "vitest";
import { createLogger, errorInterceptor, listenRpc } from "../src/index.ts";
import { ConformanceService } from "./conformance/service.ts";

const path = (method: string) => `/${ConformanceService.typeName}/${method}`;

async function listen() {
  let reached = 0;
  const server = await listenRpc({
    host: "127.0.0.1",
    port: 0,
    interceptors: [errorInterceptor(createLogger({ service: "test", level: "silent" }))],
    routes: (router) =>
      router.service(ConformanceService, {
        unary: () => ({ count: ++reached }),
        async *serverStream() {
          yield { count: ++reached };
        },
      }),
  });
  onTestFinished(() => server.close());
  return { url: server.address.url, reached: () => reached };
}

function enveloped(message: Uint8Array): Buffer {
  const length = Buffer.alloc(5);
  length.writeUInt32BE(message.length, 1);
  return Buffer.concat([length, message]);
}

/** What gRPC answers to a body of bytes. */
async function grpc(url: string, method: string, body: Uint8Array): Promise<number> {
  const session = connect(url);
  onTestFinished(() => session.destroy());
  const stream = session.request({ ":method": "POST", ":path": path(method), "content-type": "application/grpc+proto" });
  let status = "";
  stream.on("response", (headers) => (status ||= String(headers["grpc-status"] ?? "")));
  stream.on("trailers", (headers) => (status ||= String(headers["grpc-status"] ?? "")));
  stream.resume().end(body);
  await once(stream, "close");
  return Number(status);
}

/** What Connect answers to a body of bytes. */
async function post(url: string, contentType: string, body: Uint8Array): Promise<unknown> {
  const headers = { "content-type": contentType };
  const reply = await fetch(url + path("Unary"), { method: "POST", headers, body: Buffer.from(body) });
  return [reply.status, ((await reply.json()) as { code: string }).code];
}

const bytes = (...values: number[]) => Uint8Array.from(values);

describe("a message that is none is the client's fault, and no handler sees it:", () => {
  test.each<[fault: string, body: Uint8Array]>([
    ["a field that ends too early", bytes(0x0a, 0x05, 0x61)],
    ["a wire type that does not exist", bytes(0x0f)],
    ["a field of number 0", bytes(0x00, 0x01)],
    ["a text that is no UTF-8", bytes(0x0a, 0x01, 0xff)],
    ["a number that never ends", bytes(0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
    ["plain text", Buffer.from("hello, is anybody there?")],
  ])("%s", async (_fault, body) => {
    const { url, reached } = await listen();
    expect(await grpc(url, "Unary", enveloped(body))).toBe(Code.InvalidArgument);
    expect(await grpc(url, "ServerStream", enveloped(body))).toBe(Code.InvalidArgument);
    expect(await post(url, "application/proto", body)).toEqual([400, "invalid_argument"]);
    expect(reached()).toBe(0);
  });

  test.each(["{", "[]", `{"count":"many"}`, `{"count":NaN}`, `{"text":7}`])("JSON %s", async (body) => {
    const { url, reached } = await listen();
    expect(await post(url, "application/json", Buffer.from(body))).toEqual([400, "invalid_argument"]);
    expect(reached()).toBe(0);
  });

  test("an envelope that promises more than comes", async () => {
    const { url, reached } = await listen();
    expect(await grpc(url, "Unary", Buffer.from([0, 0, 0, 0, 9, 1]))).toBe(Code.InvalidArgument);
    expect(reached()).toBe(0);
  });
});

describe("a call is answered whatever it calls this server, and harms nobody:", () => {
  test.each(["::1:80", "[", "a:b", "%"])("HTTP/2 with the authority %s", async (authority) => {
    const { url } = await listen();
    const session = connect(url);
    onTestFinished(() => session.destroy());
    const stream = session.request({
      ":method": "POST",
      ":path": path("Unary"),
      ":authority": authority,
      "content-type": "application/json",
    });
    expect(await text(stream.end("{}"))).toBe('{"count":1}');
  });

  test.each(["HTTP/1.1\r\nHost: ::1:80", "HTTP/1.1\r\nHost: a b", "HTTP/1.1\r\nHost:", "HTTP/1.0"])("%j", async (version) => {
    const { url } = await listen();
    const socket = connectSocket(Number(new URL(url).port), "127.0.0.1");
    const head = `POST ${path("Unary")} ${version}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close`;
    socket.write(`${head}\r\n\r\n{}`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 .*\{"count":1\}/s);
  });
});
