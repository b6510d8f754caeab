import { readHandbook, startCollector, until, type CollectedSpan, type Collector } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTraced } from "./_traced.ts";

const [page, otherPage] = readHandbook();
const clients = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };

/** What a user types, in each place where a user can type something. */
const typed = {
  name: "Zebulon the helper",
  text: page?.text ?? "",
  more: otherPage?.text ?? "",
  question: page?.questions[0]?.question ?? "",
  conversation: "conversation-typed-by-hand",
  path: "typed-into-the-path",
  query: "typed-into-the-query",
  requestId: "typed-as-request-id",
  agent: "typed-as-agent",
};

describe.each(["direct", "h2c"] as const)("traces, with calls over %s", { timeout: 120_000 }, (transport) => {
  let collector: Collector;
  let answer: string;
  let key: string;
  let chatbotId: string;

  beforeAll(async () => {
    collector = await startCollector();
    await using parlance = await startTraced(transport, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const { rest } = parlance;
    key = rest.key;
    const headers = {
      traceparent: `00-${clients.traceId}-${clients.spanId}-01`,
      "x-request-id": typed.requestId,
      "user-agent": typed.agent,
    };
    const creation = { chatbotName: typed.name, sourceText: typed.text };
    ({ chatbotId } = await rest.json<{ chatbotId: string }>("POST", "/create-chatbot", creation));
    await rest.json("POST", "/retrain-chatbot", { chatbotId, sourceText: typed.more });
    await until("it is trained", async () => (await rest.progress(chatbotId)) === 100, { timeoutMs: 60_000 });
    const messages = [{ role: "user", content: typed.question }];
    const body = { chatbotId, messages, conversationId: typed.conversation };
    answer = await (await rest.send("POST", "/chat", body, headers)).text();
    await rest.send("GET", `/get-chatbot/${typed.path}?word=${typed.query}`);
    await rest.send("GET", `/${typed.path}`);
    await parlance.stop();
  }, 120_000);
  afterAll(() => collector[Symbol.asyncDispose]());

  const find = (name: string) => collector.spans.filter((span) => span.name === name);
  const only = (name: string): CollectedSpan => {
    const [span, ...others] = find(name);
    if (span === undefined || others.length > 0) throw new Error(`${others.length} spans are called ${name}`);
    return span;
  };
  /** From a span up to the first of its trace, as far as they were sent. */
  const wayTo = (span: CollectedSpan): string[] => {
    const parent = collector.spans.find(({ traceId, spanId }) => traceId === span.traceId && spanId === span.parentSpanId);
    return [...(parent === undefined ? [] : wayTo(parent)), `${span.kind} ${span.name}`];
  };

  it("follow an answer from the client's own trace to the search index", () => {
    const request = only("POST /api/v2/chat");
    expect(request).toMatchObject({ traceId: clients.traceId, parentSpanId: clients.spanId, failed: false });
    expect(request.attributes).toEqual({
      "http.request.method": "POST",
      "http.route": "/api/v2/chat",
      "http.response.status_code": 200,
      "url.scheme": "http",
    });
    // A training that has ended counts its chunks by a search as well.
    const searches = find("search chunks").filter(({ traceId }) => traceId === clients.traceId);
    expect(searches.length).toBeGreaterThan(0);
    for (const search of searches) {
      expect(wayTo(search)).toEqual([
        "server POST /api/v2/chat",
        "client parlance.chat.v1.AnsweringService/Answer",
        "server parlance.chat.v1.AnsweringService/Answer",
        "client parlance.retrieval.v1.RetrievalService/Search",
        "server parlance.retrieval.v1.RetrievalService/Search",
        "client search chunks",
      ]);
    }
  });

  it("follow a training from REST through events to what is written into the index, and on to its end", () => {
    const { traceId } = only("POST /api/v2/create-chatbot");
    expect(traceId).not.toBe(clients.traceId);
    const toJob = [
      "server POST /api/v2/create-chatbot",
      "client parlance.chat.v1.ChatbotService/CreateChatbot",
      "server parlance.chat.v1.ChatbotService/CreateChatbot",
      "client parlance.ingestion.v1.IngestionService/StartJob",
      "server parlance.ingestion.v1.IngestionService/StartJob",
    ];
    const own = collector.spans.filter((span) => span.traceId === traceId);
    const written = own.filter(({ name }) => name === "put chunks");
    expect(written.length).toBeGreaterThan(0);
    const chunked = "ingestion.document.chunked.v1";
    const toIndex = [...toJob, `producer publish ${chunked}`, `consumer process ${chunked}`, "client put chunks"];
    for (const span of written) expect(wayTo(span)).toEqual(toIndex);
    const started = own.filter(({ name }) => name === "process ingestion.job.started.v1");
    const start = ["producer publish ingestion.job.started.v1", "consumer process ingestion.job.started.v1"];
    expect(started.map(wayTo)).toEqual([[...toJob, ...start]]);
    for (const end of ["ActivateGeneration", "process ingestion.job.completed.v1"])
      expect(own.filter(({ name, kind }) => kind !== "client" && name.endsWith(end))).toHaveLength(1);
  });

  it("keep a training that waits for another's end in the trace of its own request", () => {
    const firsts = find("put chunks").map((span) => wayTo(span)[0]);
    expect(new Set(firsts)).toEqual(new Set(["server POST /api/v2/create-chatbot", "server POST /api/v2/retrain-chatbot"]));
  });

  it("are whole: each span lies in its parent's trace, and begins after it", () => {
    const byId = new Map(collector.spans.map((span) => [span.spanId, span]));
    const own = collector.spans.filter(({ parentSpanId }) => parentSpanId !== "" && parentSpanId !== clients.spanId);
    expect(own.length).toBeGreaterThan(50);
    expect(own.filter((span) => byId.get(span.parentSpanId)?.traceId !== span.traceId).map(({ name }) => name)).toEqual([]);
    // Times are those of the system's clock, made finer, so they may differ a little.
    const early = own.filter((span) => Number(span.start - (byId.get(span.parentSpanId)?.start ?? 0n)) < -20e6);
    expect(early.map(({ name }) => name)).toEqual([]);
    const firsts = collector.spans.filter(({ parentSpanId }) => parentSpanId === "").map(({ kind, name }) => `${kind} ${name}`);
    expect(firsts.filter((name) => !name.startsWith("server "))).toEqual([]);
  });

  it("name each process", () => {
    const expected = transport === "direct" ? ["parlance"] : ["parlance", "parlance-chat", "parlance-gateway"];
    expect([...new Set(collector.spans.map(({ service }) => service))].sort()).toEqual(expected);
  });

  it("name requests by route, also those that fail", () => {
    const [unknown] = find("GET /api/v2/get-chatbot/:chatbotId");
    expect(unknown?.attributes).toMatchObject({ "http.response.status_code": 404 });
    expect(only("GET").attributes).toMatchObject({ "http.response.status_code": 404 });
  });

  it("hold nothing that a user typed, no answer, no key and no id of the chatbot", () => {
    const words = Object.values(typed).flatMap((text) => text.split("\n").filter((line) => line.length > 3));
    for (const word of [...words, answer, key, chatbotId]) expect(collector.raw()).not.toContain(word);
    expect(words.length).toBeGreaterThan(10);
    expect(collector.raw()).toContain("parlance.chat.v1.AnsweringService/Answer");
  });
});
