import { enginesOfRun } from "@parlance/engines";
import { startCollector, type CollectedSpan, type Collector } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeParlance } from "./_conformance.ts";
import { describeDeadLetters } from "./_dead-letters.ts";
import { openCluster } from "./_installation.ts";

const engines = enginesOfRun();
if (engines === undefined) console.warn("Parlance as a cluster left out: it needs MongoDB, Elasticsearch and Kafka");

describe.skipIf(engines === undefined)("with real servers", () => {
  let collector: Collector;
  beforeAll(async () => {
    collector = await startCollector();
  });
  afterAll(() => collector[Symbol.asyncDispose]());

  describeParlance("as a cluster", (folder) =>
    openCluster(folder, engines ?? new Map(), { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }),
  );

  describeDeadLetters("on Kafka", () => ({ PARLANCE_EVENTS_URL: engines?.get("Kafka")?.url ?? "" }));

  /** The ways from a request to the spans of that name, as processes that were passed and what was done last in each. */
  const waysTo = (name: string) => {
    const byId = new Map(collector.spans.map((span) => [span.spanId, span]));
    const wayTo = (span: CollectedSpan): CollectedSpan[] => {
      const parent = byId.get(span.parentSpanId);
      return [...(parent === undefined ? [] : wayTo(parent)), span];
    };
    return collector.spans.filter((span) => span.name === name).map(wayTo);
  };
  const passed = (way: readonly CollectedSpan[]) =>
    way.map(({ service }) => service).filter((service, i, all) => service !== all[i - 1]);

  // The processes of the suite above have ended by now, and sent what they had but for those that it killed.
  it("sends one trace of an answer from three processes, down to Elasticsearch", () => {
    const ways = waysTo("search chunks").filter(([first]) => first?.name === "POST /api/v2/chat");
    expect(ways.length).toBeGreaterThan(5);
    for (const way of ways) expect(passed(way)).toEqual(["parlance-gateway", "parlance-chat", "parlance-retrieval"]);
    expect(ways[0]?.at(-1)?.attributes["db.system.name"]).toBe("elasticsearch");
  });

  it("sends one trace of a training from four processes, through Kafka", () => {
    const ways = waysTo("put chunks").filter(([first]) => first?.name === "POST /api/v2/create-chatbot");
    expect(ways.length).toBeGreaterThan(0);
    for (const way of ways) {
      expect(passed(way)).toEqual(["parlance-gateway", "parlance-chat", "parlance-ingestion", "parlance-retrieval"]);
      const events = way.filter(({ kind }) => kind === "consumer").map(({ attributes }) => attributes);
      expect(events.map((event) => [event["messaging.system"], event["messaging.destination.name"]])).toEqual([
        ["kafka", "ingestion.document.chunked.v1"],
      ]);
    }
  });
});
