import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Http2Session, Http2Stream } from "node:http2";
import { createClient } from "@connectrpc/connect";
import { expect, onTestFinished, test } from "vitest";
import { createRpcTransport, listenRpc } from "../src/index.ts";
import { ConformanceService } from "./conformance/service.ts";

/** The connections on which this process makes or takes calls while a test runs, in the order of their first calls. */
function connectionsOf(side: "client" | "server"): Http2Session[] {
  const seen: Http2Session[] = [];
  const note = (message: unknown) => {
    const { session } = (message as { stream: Http2Stream }).stream;
    if (session !== undefined && !seen.includes(session)) seen.push(session);
  };
  const channel = `http2.${side}.stream.created`;
  subscribe(channel, note);
  onTestFinished(() => void unsubscribe(channel, note));
  return seen;
}

// An error of a connection that nobody listens to would end the process, and so the run of this test.
test("a call that comes while a connection is being given up is made on another, and the old one's error harms nobody", async () => {
  const [ours, theirs] = [connectionsOf("client"), connectionsOf("server")];
  const server = await listenRpc({
    host: "127.0.0.1",
    port: 0,
    routes: (router) => router.service(ConformanceService, { unary: () => ({ text: "answered" }) }),
  });
  const transport = createRpcTransport({ url: server.address.url });
  onTestFinished(async () => {
    transport.close();
    await server.close();
  });
  const client = createClient(ConformanceService, transport);
  await client.unary({});
  const next = new Promise<string>((resolve, reject) => {
    ours[0]?.once("goaway", () => void client.unary({}).then(({ text }) => resolve(text), reject));
  });
  const gone = new Promise<void>((resolve) => ours[0]?.once("close", resolve));
  theirs[0]?.goaway();
  expect(await next).toBe("answered");
  await gone;
  expect(ours).toHaveLength(2);
});
