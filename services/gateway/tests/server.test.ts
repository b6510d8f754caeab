import { once } from "node:events";
import { connect } from "node:net";
import { createServer, type AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { until } from "@parlance/testkit";
import { startGateway, type TestGateway } from "./_gateway.ts";

const started: TestGateway[] = [];
afterEach(async () => {
  for (const gateway of started.splice(0)) await gateway[Symbol.asyncDispose]();
});

async function start(env: Record<string, string> = {}): Promise<TestGateway> {
  const gateway = await startGateway(env);
  started.push(gateway);
  return gateway;
}

test("a taken port is one clear sentence that says what to do", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  await expect(startGateway({ PARLANCE_PORT: String(port), PARLANCE_RPC_PORT: "0" })).rejects.toThrow(
    `port ${port} on 127.0.0.1 is taken: stop the other program, or set PARLANCE_PORT to a free port`,
  );
  other.close();
});

test("a connection that never asks anything does not hold up a stop", async () => {
  const gateway = await start({ PARLANCE_DRAIN_TIMEOUT_MS: "60000" });
  const silent = connect(gateway.port, "127.0.0.1");
  await once(silent, "connect");
  const closed = once(silent, "close");
  await gateway.process.stop();
  await closed;
  expect(silent.destroyed).toBe(true);
});

test("a stop with a delay turns readiness off and goes on serving, without keeping connections", async () => {
  const gateway = await start({ PARLANCE_STOP_DELAY_MS: "1000" });
  expect((await gateway.call("GET", "/readyz")).status).toBe(200);
  const stopped = gateway.process.stop();
  await until("it is not ready", async () => (await gateway.call("GET", "/readyz")).status === 503);
  const headers = { authorization: `Bearer ${gateway.key}` };
  const served = await fetch(`http://127.0.0.1:${gateway.port}/api/v2/get-chatbots`, { headers });
  expect([served.status, served.headers.get("connection")]).toEqual([200, "close"]);
  await stopped;
});

test("stopping ends idle connections, lets a request that runs come to its end, and says that its connection is not kept", async () => {
  const gateway = await start();
  const idle = connect(gateway.port, "127.0.0.1", () => idle.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"));
  await once(idle, "data");
  const body = JSON.stringify({ chatbotName: "Late" });
  const head = `POST /api/v2/create-chatbot HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${gateway.key}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const running = connect(gateway.port, "127.0.0.1", () => running.write(head));
  const answered = (async () => {
    let text = "";
    for await (const piece of running) text += String(piece);
    return text;
  })();
  await once(running, "connect");
  // The head has been read once a later request on another connection is answered.
  await gateway.call("GET", "/healthz");
  const idleClosed = once(idle, "close");
  const stopped = gateway.process.stop();
  await idleClosed;
  running.write(body);
  expect(await answered).toMatch(/^HTTP\/1\.1 200 [^]*\r\nConnection: close\r\n[^]*"chatbotId":"[0-9a-f]{24}"/);
  await stopped;
  await expect(gateway.call("GET", "/healthz")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});
