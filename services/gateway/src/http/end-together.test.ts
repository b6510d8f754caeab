import { createServer, type ServerResponse } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { endTogether } from "./end-together.ts";

test("answers of one turn are written when the last of them is made, each to its own client", async () => {
  const { responses, received } = await openRequests(3);
  for (const [index, res] of responses.entries()) endTogether(res, `answer ${index}`);
  expect(responses.map((res) => res.writableEnded)).toEqual([false, false, false]);
  await nextTurn();
  expect(responses.map((res) => res.writableEnded)).toEqual([true, true, true]);
  for (const [index, text] of received.entries()) expect(await text).toContain(`answer ${index}`);
});

test("no answer waits for more than fifteen others", async () => {
  const { responses } = await openRequests(17);
  for (const res of responses) endTogether(res, "answer");
  expect(responses.map((res) => res.writableEnded)).toEqual([...Array.from({ length: 16 }, () => true), false]);
  await nextTurn();
  expect(responses.at(-1)?.writableEnded).toBe(true);
});

test("a client that left takes no other's answer with it", async () => {
  const { responses, received } = await openRequests(2);
  const [gone, stays] = responses;
  gone?.socket?.destroy();
  for (const res of responses) endTogether(res, "answer");
  expect(await received[1]).toContain("answer");
  expect(stays?.writableEnded).toBe(true);
});

/** Requests that a server has received and not answered, in their order, and all that each client will receive. */
async function openRequests(count: number) {
  const arrived = new Map<string, PromiseWithResolvers<ServerResponse>>();
  const server = createServer((req, res) => arrived.get(req.url ?? "")?.resolve(res)).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const received: Promise<string>[] = [];
  for (let index = 0; index < count; index++) {
    arrived.set(`/${index}`, Promise.withResolvers());
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.write(`GET /${index} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
    received.push(Array.fromAsync(socket.setEncoding("utf8")).then((parts) => parts.join("")));
  }
  return { responses: await Promise.all([...arrived.values()].map(({ promise }) => promise)), received };
}
