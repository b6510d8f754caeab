import { createLogger, makeEvent } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import { startCollector, startTestProcess, transports, type CollectedSpan, type Collector } from "@parlance/testkit";
import { describe, expect, test } from "vitest";
import { gates, sample } from "./_traced-sample.ts";

const trace = { id: "4bf92f3577b34da6a3ce929d0e0e4736", span: "00f067aa0ba902b7" };
const traceparent = `00-${trace.id}-${trace.span}-01`;
const service = "parlance.chat.v1.AnsweringService";

const start = (collector: Collector, transport: "direct" | "h2c" = "direct", env: Record<string, string> = {}) =>
  startTestProcess([sample], { transport, env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env } });

/** The two sides of a call; over the network the test's own side has no tracer. */
const sides = (collector: Collector, method: string) => ({
  client: collector.spans.find(({ name, kind }) => name === `${service}/${method}` && kind === "client"),
  server: collector.spans.find(({ name, kind }) => name === `${service}/${method}` && kind === "server"),
});

describe.each(transports)("spans of calls over %s", (transport) => {
  test("tell the code, and which codes are the server's failure", async () => {
    await using collector = await startCollector();
    const parlance = await start(collector, transport);
    const { answering } = parlance.clients;
    await answering.scorePassages({}, parlance.as("user"));
    await expect(answering.queryKnowledge({}, parlance.as("user"))).rejects.toThrow("Chatbot not found");
    await parlance.stop();
    const good = sides(collector, "ScorePassages");
    expect(good.server).toMatchObject({ failed: false, attributes: { "rpc.status_code": "OK", "rpc.system.name": "grpc" } });
    const refused = sides(collector, "QueryKnowledge");
    expect(refused.server).toMatchObject({ failed: false, attributes: { "rpc.status_code": "NOT_FOUND" } });
    if (transport === "h2c") return;
    expect(good.server?.parentSpanId).toBe(good.client?.spanId);
    expect(refused.client).toMatchObject({ failed: true, attributes: { "error.type": "NOT_FOUND" } });
  });

  test("never repeat the text of an error; the log does, and names the trace", async () => {
    await using collector = await startCollector();
    const lines: string[] = [];
    const log = createLogger({ service: "test", pretty: false, destination: { write: (line) => void lines.push(line) } });
    const parlance = await startTestProcess([sample], { transport, log, env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
    const call = parlance.clients.answering.scorePassages({ chatbotId: "broken" }, parlance.as("user"));
    await expect(call).rejects.toThrow(/internal/i);
    await parlance.stop();
    const { server } = sides(collector, "ScorePassages");
    expect(server).toMatchObject({ failed: true, attributes: { "error.type": "INTERNAL", "rpc.status_code": "INTERNAL" } });
    expect(collector.raw()).not.toContain("a-secret-word");
    const [failure] = lines.filter((line) => line.includes("a-secret-word"));
    expect(JSON.parse(failure ?? "{}")).toMatchObject({ msg: "call failed", traceId: server?.traceId });
  });

  test("carry on a caller's trace, and leave alone one that is not sampled", async () => {
    await using collector = await startCollector();
    const parlance = await start(collector, transport);
    const { headers } = parlance.as("user");
    for (const given of [traceparent, `00-${"a".repeat(32)}-${trace.span}-00`, "00-nonsense"]) {
      const own = new Headers(headers);
      own.set("traceparent", given);
      await parlance.clients.answering.scorePassages({}, { headers: own });
    }
    await parlance.stop();
    const servers = collector.spans.filter(({ kind }) => kind === "server");
    expect(servers.map(({ traceId }) => traceId)).toEqual([trace.id, expect.not.stringMatching(/^(?:a{32}|4bf9)/)]);
    const entry = collector.spans.find(({ parentSpanId }) => parentSpanId === trace.span);
    expect(entry?.kind).toBe(transport === "direct" ? "client" : "server");
  });

  test("last as long as a stream, and end with it", async () => {
    gates.stream = Promise.withResolvers();
    await using collector = await startCollector();
    const parlance = await start(collector, transport);
    const texts: string[] = [];
    for await (const { event } of parlance.clients.answering.answer({}, parlance.as("user"))) {
      if (event.case === "delta") texts.push(event.value.text);
      if (texts.length === 1) setTimeout(gates.stream.resolve, 50);
    }
    await parlance.stop();
    expect(texts).toEqual(["a", "b"]);
    const { client, server } = sides(collector, "Answer");
    const spans = [server, ...(transport === "direct" ? [client] : [])];
    for (const span of spans) {
      expect(span).toMatchObject({ failed: false, attributes: { "rpc.status_code": "OK" } });
      expect(Number((span?.end ?? 0n) - (span?.start ?? 0n)) / 1e6).toBeGreaterThan(40);
    }
  });

  test("end with a stream that its caller leaves", async () => {
    gates.stream = Promise.withResolvers();
    await using collector = await startCollector();
    const parlance = await start(collector, transport);
    const leaving = new AbortController();
    const reading = async () => {
      const answers = parlance.clients.answering.answer({}, { ...parlance.as("user"), signal: leaving.signal });
      for await (const { event } of answers) if (event.case === "delta") leaving.abort();
    };
    await expect(reading()).rejects.toThrow(/abort/);
    await parlance.stop();
    const { client, server } = sides(collector, "Answer");
    expect(server?.attributes["rpc.status_code"]).toBe("CANCELLED");
    expect(client?.attributes["rpc.status_code"]).toBe(transport === "direct" ? "CANCELLED" : undefined);
  });
});

test("an event that is handled again has a span for each attempt, below that of its publishing", async () => {
  await using collector = await startCollector();
  const parlance = await start(collector);
  const identity = { tenant: asTenant("user"), traceparent };
  const event = makeEvent("ingestion.job.completed.v1", { identity, key: "a", time: 1, payload: {} });
  await parlance.running.ports.events.publish([event]);
  await gates.handled.promise;
  await parlance.stop();
  const [publishing] = collector.spans.filter(({ kind }) => kind === "producer");
  expect(publishing).toMatchObject({
    traceId: trace.id,
    parentSpanId: trace.span,
    attributes: {
      "messaging.destination.name": "ingestion.job.completed.v1",
      "messaging.message.id": event.eventId,
      "messaging.operation.name": "publish",
      "messaging.operation.type": "send",
      "messaging.system": "parlance",
    },
  });
  expect(attempts(collector.spans).map((span) => [span.parentSpanId, span.failed, span.attributes["error.type"]])).toEqual([
    [publishing?.spanId, true, "INTERNAL"],
    [publishing?.spanId, false, undefined],
  ]);
});

const attempts = (spans: readonly CollectedSpan[]) =>
  spans
    .filter(({ kind }) => kind === "consumer")
    .sort((a, b) => Number(a.attributes["parlance.event.attempt"]) - Number(b.attributes["parlance.event.attempt"]));
