import { expect, onTestFinished, test, vi } from "vitest";
import { Endpoints, type Endpoint } from "./endpoints.ts";
import type { RpcTransport } from "./grpc-transport.ts";

const nowhere: RpcTransport = {
  unary: () => Promise.reject(new Error("not called")),
  stream: () => Promise.reject(new Error("not called")),
  close: () => undefined,
};

async function twoReplicas() {
  const endpoints = new Endpoints({ urls: ["http://127.0.0.1:1", "http://127.0.0.1:2"], connect: () => nowhere });
  const [first, second] = [await endpoints.next(new Set()), await endpoints.next(new Set())];
  return { endpoints, first, second };
}

test("replicas are taken in turn, and one that rests is passed over", async () => {
  const { endpoints, first, second } = await twoReplicas();
  expect(first.url).not.toBe(second.url);
  endpoints.rest(second);
  for (let call = 0; call < 4; call++) expect(await endpoints.next(new Set())).toBe(first);
});

test("when all rest, the one that failed longest ago is asked, and is in turn again once it has answered", async () => {
  const { endpoints, first, second } = await twoReplicas();
  endpoints.rest(first);
  endpoints.rest(second);
  second.restsUntil += 1;
  for (let call = 0; call < 4; call++) expect(await endpoints.next(new Set())).toBe(first);
  endpoints.wake(first);
  for (let call = 0; call < 4; call++) expect(await endpoints.next(new Set())).toBe(first);
});

test("a replica that was tried is tried again only when there is no other", async () => {
  const { endpoints, first, second } = await twoReplicas();
  endpoints.rest(first);
  expect(await endpoints.next(new Set<Endpoint>([second]))).toBe(first);
  expect([first, second]).toContain(await endpoints.next(new Set([first, second])));
});

function named(answers: ((host: string) => Promise<string[]>)[]) {
  const resolve = (host: string) => (answers.shift() ?? (() => Promise.reject(new Error("asked too often"))))(host);
  return new Endpoints({ urls: ["http://replicas.test:1"], connect: () => nowhere, resolve });
}

function failing(code: string): () => Promise<string[]> {
  return () => Promise.reject(Object.assign(new Error("no answer"), { code }));
}

/** Asks again, as for a replica that failed, once the answer before is old enough. */
async function askAgain(endpoints: Endpoints): Promise<string> {
  vi.advanceTimersByTime(10_000);
  endpoints.rest(await endpoints.next(new Set()));
  await vi.advanceTimersByTimeAsync(0);
  return (await endpoints.next(new Set())).url;
}

test("a name service that fails takes away no replica that it told of before", async () => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const endpoints = named([async () => ["10.0.0.1"], failing("EAI_AGAIN"), failing("ENOTFOUND")]);
  expect((await endpoints.next(new Set())).url).toBe("http://10.0.0.1:1/");
  expect(await askAgain(endpoints)).toBe("http://10.0.0.1:1/");
  expect(await askAgain(endpoints), "a name that is gone is not one that cannot be asked for").toBe("http://replicas.test:1");
});
