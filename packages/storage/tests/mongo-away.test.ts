import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { openMongoDocumentStore } from "../src/mongo/index.ts";

it("a store whose server was away asks it again each time, so that a start that waits for it ends", async () => {
  let asked = 0;
  const server = createServer((socket) => {
    asked++;
    socket.on("error", () => {}).destroy();
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const store = await openMongoDocumentStore({ url: `mongodb://127.0.0.1:${port}/parlance?serverSelectionTimeoutMS=200` });
  onTestFinished(() => store.close());
  for (const attempt of [1, 2, 3]) {
    const before = asked;
    await expect(store.ready()).rejects.toThrow(/cannot serve/);
    expect(asked, `attempt ${attempt}`).toBeGreaterThan(before);
  }
});
