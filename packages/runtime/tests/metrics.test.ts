import { answering } from "@parlance/contracts";
import { AppError, callOptions, consumer, defineService, makeEvent } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import { startTestProcess, until } from "@parlance/testkit";
import { expect, test } from "vitest";
import { serveMetrics } from "../src/metrics.ts";

const tenant = asTenant("user");

/** A service that answers one method, refuses another, and handles events until told otherwise. */
const sample = defineService({
  name: "chat",
  config: {},
  needs: [],
  ports: ["documents", "events"],
  create: () => ({
    routes: (router) =>
      router.service(answering.AnsweringService, {
        scorePassages: () => ({}),
        queryKnowledge: () => {
          throw new AppError("CHATBOT_NOT_FOUND");
        },
        async *answer({ stream }) {
          yield { event: { case: "delta" as const, value: { text: "Well" } } };
          if (stream) throw new AppError("MODEL_UNAVAILABLE");
        },
      }),
    consumers: [
      consumer("chat.chatbot.deleted.v1", async () => undefined),
      consumer("ingestion.job.completed.v1", () => Promise.reject(new Error("not today"))),
    ],
  }),
});

test.each(["direct", "h2c"] as const)(
  "counts calls by method and code, and events by topic and outcome (%s)",
  async (transport) => {
    await using parlance = await startTestProcess([sample], { transport, env: { PARLANCE_METRICS_PORT: "0" } });
    const { clients, running } = parlance;
    await clients.answering.scorePassages({}, parlance.as("user"));
    await expect(clients.answering.queryKnowledge({}, callOptions({ tenant }))).rejects.toThrow("Chatbot not found");
    expect(await Array.fromAsync(clients.answering.answer({}, parlance.as("user")))).toHaveLength(1);
    const broken = clients.answering.answer({ stream: true }, parlance.as("user"));
    await expect(Array.fromAsync(broken)).rejects.toThrow("The language model is temporarily unavailable");
    const event = { identity: { tenant }, key: "a", time: 1, payload: {} };
    await running.ports.events.publish(
      (["chat.chatbot.deleted.v1", "ingestion.job.completed.v1"] as const).map((topic) => makeEvent(topic, event)),
    );
    const page = await until("events are counted", async () => {
      const text = await (await fetch(running.metricsAddress ?? "")).text();
      return /outcome="failed"/.test(text) && /outcome="handled"/.test(text) ? text : undefined;
    });
    expect(page).toMatch(
      /parlance_rpc_handled_total\{method="parlance.chat.v1.AnsweringService\/ScorePassages",code="OK",service="chat"\} 1/,
    );
    expect(page).toMatch(
      /parlance_rpc_handled_total\{method="parlance.chat.v1.AnsweringService\/QueryKnowledge",code="NotFound",service="chat"\} 1/,
    );
    expect(page).toMatch(
      /parlance_rpc_handled_total\{method="parlance.chat.v1.AnsweringService\/Answer",code="OK",service="chat"\} 1/,
    );
    expect(page).toMatch(
      /parlance_rpc_handled_total\{method="parlance.chat.v1.AnsweringService\/Answer",code="Unavailable",service="chat"\} 1/,
    );
    expect(page).toMatch(/parlance_events_handled_total\{topic="chat.chatbot.deleted.v1",outcome="handled",service="chat"\} 1/);
    expect(page).toMatch(/process_resident_memory_bytes/);
  },
);

test("counts an event whose handling a stop cut off as interrupted, not as failed", async () => {
  const metrics = await serveMetrics({ host: "127.0.0.1", port: 0, service: "chat" });
  const topic = "chat.chatbot.deleted.v1";
  const stopped = metrics.observe(consumer(topic, () => Promise.reject(new Error("the consumer stops"))));
  const event = makeEvent(topic, { identity: { tenant }, key: "a", time: 1, payload: {} });
  await expect(stopped.handle(event, { signal: AbortSignal.abort(), attempt: 1 })).rejects.toThrow("the consumer stops");
  const page = await (await fetch(metrics.url)).text();
  await metrics.close();
  expect(page.match(/parlance_events_handled_total\{.*/g)).toEqual([
    `parlance_events_handled_total{topic="${topic}",outcome="interrupted",service="chat"} 1`,
  ]);
});
