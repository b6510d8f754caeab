import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { createClient } from "@connectrpc/connect";
import { expect, onTestFinished, test } from "vitest";
import { createBalancedTransport, listenRpc } from "../src/index.ts";
import { ConformanceService } from "./conformance/service.ts";

async function serve(name: string) {
  const server = await listenRpc({
    host: "127.0.0.1",
    port: 0,
    limits: { closeMs: 100 },
    routes: (router) => router.service(ConformanceService, { unary: () => ({ text: name }) }),
  });
  onTestFinished(() => server.close());
  return server;
}

/**
 * A network that can be made slow. While it is, a connection that the server closes loses what was on its way to the client, as a
 * client loses what it has not read when what it sends meets a closed connection.
 */
async function slowNetwork(port: number) {
  let slow = false;
  const held: { to: Socket; bytes: Buffer }[] = [];
  const lost = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    const pass = (to: Socket) => (bytes: Buffer) => void (slow ? held.push({ to, bytes }) : to.write(bytes));
    near.on("data", pass(far)).on("error", () => far.destroy());
    far.on("data", pass(near)).on("error", () => near.destroy());
    near.on("close", () => far.destroy());
    far.on("end", () => void (slow ? lost.add(near) : near.end()));
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  onTestFinished(() => void proxy.close());
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    holds: () => held.length,
    slowDown: () => {
      slow = true;
    },
    speedUp: () => {
      slow = false;
      for (const near of lost) near.resetAndDestroy();
      for (const { to, bytes } of held.splice(0)) if (!to.destroyed) to.write(bytes);
    },
  };
}

test("a call that was on its way when a replica began to drain is answered by another, of whatever kind it is", async () => {
  const [leaving, staying] = await Promise.all([serve("leaving"), serve("staying")]);
  const network = await slowNetwork(leaving.address.port);
  const transport = createBalancedTransport({ urls: [network.url, staying.address.url] });
  onTestFinished(() => transport.close());
  const client = createClient(ConformanceService, transport);
  expect([(await client.unary({})).text, (await client.unary({})).text]).toEqual(["leaving", "staying"]);
  network.slowDown();
  const answer = client.unary({});
  await expect.poll(network.holds, { interval: 1 }).toBeGreaterThan(0);
  const sent = network.holds();
  const drained = leaving.drain(1_000);
  await expect.poll(network.holds, { interval: 1 }).toBeGreaterThan(sent);
  // Long enough for a connection that is closed at once to be seen as closed.
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  network.speedUp();
  expect((await answer).text).toBe("staying");
  await drained;
});
