import { asTenant } from "@parlance/ports";
import { consumer, defineService, makeEvent } from "@parlance/platform";
import { runMain } from "../src/index.ts";

const topic = "chat.chatbot.deleted.v1";

/** Handles an event until it is told to give up. */
const handler = defineService({
  name: "chat",
  config: {},
  needs: [],
  ports: ["documents", "events"],
  create: () => ({
    consumers: [
      consumer(topic, async (_payload, _event, { signal }) => {
        process.stdout.write("handling\n");
        await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
      }),
    ],
  }),
});

/** With all services in one process the stores may be files. */
const others = (["account", "conversation", "gateway", "ingestion", "retrieval"] as const).map((name) =>
  defineService({ name, config: {}, needs: [], ports: [], create: () => ({}) }),
);

await runMain([handler, ...others], {
  started: ({ ports }) =>
    ports.events.publish([makeEvent(topic, { identity: { tenant: asTenant("user") }, key: "a", time: 1, payload: {} })]),
});
