// Consumes and publishes on an embedded event log until it is killed: see embedded-crash.test.ts.
import { appendFileSync } from "node:fs";
import { asTenant, type BusEvent } from "@parlance/ports";
import { openEmbeddedEventBus } from "../src/index.ts";

const [path = "", handledFile = "", ackedFile = "", round = "0"] = process.argv.slice(2);
const keys = ["a", "b", "c", "d", "e", "f"];

const bus = await openEmbeddedEventBus({ path });
await bus.subscribe({
  group: "crash",
  topics: ["crash.test.happened.v1"],
  concurrency: 4,
  handle: async (event) => {
    appendFileSync(handledFile, `${event.eventId}\n`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  },
});

for (let number = 0; number < 100; number += 1) {
  const batch = keys.map((key) => made(key, Number(round) * 1000 + number));
  await bus.publish(batch);
  appendFileSync(ackedFile, batch.map((event) => `${event.eventId}\n`).join(""));
}

/** The id tells key and number, so that the parent can check the order. */
function made(key: string, number: number): BusEvent {
  const eventId = `${key}:${number}`;
  return { eventId, topic: "crash.test.happened.v1", tenant: asTenant("u"), key, time: number, payload: new Uint8Array([1]) };
}
