import { createClients, createLogger, parseConfig, type Env } from "@parlance/platform";
import { networkInterfaces } from "node:os";
import { afterEach, expect, test } from "vitest";
import { createApp } from "./app.ts";
import { gatewayConfig } from "./config.ts";
import { createHttpServer, type HttpServer } from "./http/server.ts";

const open: HttpServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** A gateway whose services cannot be reached, because the way to them is broken by a programming error. */
async function broken(env: Env = {}, ready = true) {
  const lines: string[] = [];
  const log = createLogger({ service: "test", pretty: false, destination: { write: (line) => void lines.push(line) } });
  const config = parseConfig(gatewayConfig, { PARLANCE_PORT: "0", ...env });
  const clients = createClients(() => {
    throw new TypeError("secret of the driver");
  });
  const server = createHttpServer(config, createApp({ config, clients, log, ready: () => ready }), () => ready);
  open.push(server);
  await server.listen();
  return { base: server.address(), lines };
}

const authorization = `Bearer sk-${"a".repeat(32)}`;

test("a programming error is 500 without detail, and is logged once under the request's id", async () => {
  const { base, lines } = await broken();
  const headers = { authorization, "x-request-id": "req-1" };
  const answer = await fetch(`${base}/api/v2/get-chatbots?text=typed`, { headers });
  expect([answer.status, answer.headers.get("x-request-id"), await answer.json()]).toEqual([
    500,
    "req-1",
    { status: "error", message: "Internal server error" },
  ]);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ requestId: "req-1", msg: "request failed", service: "test" });
  expect(lines[0]).not.toContain("typed");
  expect(lines[0]).not.toContain(authorization);
});

test("/readyz is 503 with Retry-After until the process is ready", async () => {
  const { base } = await broken({}, false);
  const answer = await fetch(`${base}/readyz`);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
  expect((await fetch(`${base}/healthz`)).status).toBe(200);
});

test("the first page names the public address, escaped", async () => {
  const { base } = await broken({ PARLANCE_PUBLIC_URL: "https://bots.example.com/?a=<b>" });
  expect(await (await fetch(base)).text()).toContain("curl https://bots.example.com/?a=&#60;b&#62;/api/v2/");
});

const outside = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === "IPv4" && !address.internal)?.address;

test.skipIf(outside === undefined)(
  "plain HTTP from elsewhere is 403 before the key is looked at, and a proxy is believed only if trusted",
  async () => {
    const ask = async (env: Env) => {
      const { base } = await broken({ PARLANCE_HOST: "0.0.0.0", ...env });
      const url = `http://${outside}:${new URL(base).port}/api/v2/get-chatbots`;
      const answer = await fetch(url, { headers: { "x-forwarded-proto": "https" } });
      return [answer.status, ((await answer.json()) as { message: string }).message];
    };
    expect(await ask({})).toEqual([403, "HTTPS is required"]);
    expect(await ask({ PARLANCE_TRUSTED_PROXIES: `10.255.0.1,${outside}/32` })).toEqual([401, "Authorization header is missing"]);
  },
);
