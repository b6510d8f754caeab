import { answering } from "@parlance/contracts";
import { createLogger, defineService } from "@parlance/platform";
import { run } from "@parlance/runtime";
import { allServices } from "@parlance/standalone";
import { serve } from "./child.ts";

/** In place of chat: one method whose answer is ready, so that only what stands before it is measured. */
const ready = defineService({
  name: "chat",
  config: {},
  needs: [],
  ports: [],
  create: () => ({
    routes: (router) => {
      router.service(answering.AnsweringService, {
        scorePassages: ({ messages }) => ({ embeddingText: messages[0]?.content ?? "" }),
      });
    },
  }),
});

const key = `sk-${"B".repeat(32)}`;
const running = await run(
  allServices.map((service) => (service.name === "chat" ? ready : service)),
  { env: { ...process.env, PARLANCE_API_KEY: key }, log: createLogger({ service: "bench", level: "warn", pretty: false }) },
);
serve({ url: running.httpAddress, key }, {});
