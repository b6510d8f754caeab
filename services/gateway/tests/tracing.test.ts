import { startCollector } from "@parlance/testkit";
import { expect, test } from "vitest";
import { startGateway, type TestGateway } from "./_gateway.ts";

/** The spans of the requests that were made, once the gateway has stopped. */
async function spansOf(requests: (gateway: TestGateway) => Promise<unknown>) {
  await using collector = await startCollector();
  const gateway = await startGateway({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  await requests(gateway);
  await gateway.process.stop();
  const byParent = Map.groupBy(collector.spans, ({ parentSpanId }) => parentSpanId);
  const isRequest = ({ attributes }: (typeof collector.spans)[number]) => "http.request.method" in attributes;
  return { requests: collector.spans.filter(isRequest), below: (spanId: string) => byParent.get(spanId) ?? [] };
}

test("a request takes over its client's trace, and begins one where the header is none", async () => {
  const [traceId, spanId] = ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"];
  const given = [`00-${traceId}-${spanId}-01`, `00-${"0".repeat(32)}-${spanId}-01`, "nonsense", ""];
  const { requests, below } = await spansOf(async (gateway) => {
    for (const traceparent of given) await gateway.call("GET", "current-plan", { headers: { traceparent } });
  });
  const [first, ...others] = requests;
  expect(first).toMatchObject({ name: "GET /api/v2/current-plan", kind: "server", traceId, parentSpanId: spanId });
  expect(others.map(({ parentSpanId }) => parentSpanId)).toEqual(["", "", ""]);
  expect(new Set(requests.map((span) => span.traceId)).size).toBe(4);
  // What a request causes is found below it, the look at its key included.
  for (const span of requests) {
    const calls = below(span.spanId).map(({ name }) => name.split("/")[1]);
    expect(calls).toEqual(["Authenticate", "GetAccount"]);
  }
});

test("an error of the client's is no failure, whatever its method and path", async () => {
  const { requests } = await spansOf(async (gateway) => {
    await gateway.call("GET", "current-plan", { key: `sk-${"x".repeat(32)}` });
    await gateway.call("PUT", "chat");
    await gateway.call("PROPFIND", "typed/by/hand");
    await gateway.call("GET", "/healthz");
  });
  expect(requests.map(({ name, failed, attributes }) => [name, failed, attributes["http.response.status_code"]])).toEqual([
    ["GET /api/v2/current-plan", false, 401],
    ["PUT /api/v2/chat", false, 405],
    ["HTTP", false, 404],
  ]);
  expect(requests[2]?.attributes["http.request.method"]).toBe("_OTHER");
});

test("a client that leaves is told from an answer", async () => {
  const { requests } = await spansOf(async (gateway) => {
    const head = `POST /api/v2/chat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${gateway.key}\r\nContent-Type: application/json`;
    await gateway.raw(`${head}\r\nContent-Length: 100\r\n\r\n{`, { end: true });
  });
  expect(requests.map(({ name, failed, attributes }) => [name, failed, attributes["error.type"]])).toEqual([
    ["POST /api/v2/chat", true, "disconnected"],
  ]);
});
