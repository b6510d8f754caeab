// Consumes from Kafka until it is killed: see kafka-faults.ts. Some events fail at first and go through the retry topic.
import { appendFileSync } from "node:fs";
import { openKafkaEventBus } from "../src/kafka/index.ts";

const [brokers = "", topic = "", group = "", handledFile = ""] = process.argv.slice(2);

const bus = await openKafkaEventBus({
  brokers: brokers.split(","),
  clientId: "child",
  sessionTimeoutMs: 3000,
  parkAfterMs: 0,
  log: { info: () => {}, warn: () => {}, error: (fields, message) => console.error(message, fields) },
});
await bus.subscribe({
  group,
  topics: [topic],
  concurrency: 4,
  retry: { maxAttempts: 50, firstDelayMs: 20, maxDelayMs: 60 },
  handle: async (event, { attempt }) => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (event.time % 7 === 3 && attempt < 3) throw new Error("not yet");
    appendFileSync(handledFile, `${event.eventId}\n`);
  },
});
