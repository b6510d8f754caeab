import { createRouterTransport, type Transport } from "@connectrpc/connect";
import { account, retrieval, services } from "@parlance/contracts";
import { expect, test } from "vitest";
import { createClients } from "../src/index.ts";

const transport: Transport = createRouterTransport((router) => {
  router.service(account.AccountService, {});
  router.service(retrieval.RetrievalService, {});
});

test("resolves the transport of a service on its first call, and only once", async () => {
  const asked: string[] = [];
  const clients = createClients((owner) => {
    asked.push(owner);
    return transport;
  });
  expect(asked).toEqual([]);
  await clients.account.getAccount({}).catch(() => undefined);
  await clients.account.getAccount({}).catch(() => undefined);
  expect(asked).toEqual(["account"]);
  await clients.retrieval.search({}).catch(() => undefined);
  expect(asked).toEqual(["account", "retrieval"]);
});

test("asks again after no transport could be found", async () => {
  let ready = false;
  const clients = createClients(() => {
    if (!ready) throw new Error("not yet");
    return transport;
  });
  await expect(async () => clients.account.getAccount({})).rejects.toThrow("not yet");
  ready = true;
  await expect(clients.account.getAccount({})).rejects.toThrow("[unimplemented]");
});

test("there is a client of every service, with every method", () => {
  const clients = createClients(() => transport);
  for (const [name, { schema }] of Object.entries(services)) {
    const client: object = Reflect.get(clients, name);
    for (const method of schema.methods) expect(client).toHaveProperty(method.localName);
  }
});
