import { answering } from "@parlance/contracts";
import { AppError, consumer, defineService } from "@parlance/platform";

/** `stream` is set by a test that holds an answer back; `handled` opens when an event is. */
export const gates = { stream: Promise.withResolvers<void>(), handled: Promise.withResolvers<void>() };

/** A service that answers, refuses, breaks and streams, and handles events until told otherwise. */
export const sample = defineService({
  name: "chat",
  config: {},
  needs: [],
  ports: ["documents", "events"],
  create: () => ({
    routes: (router) =>
      router.service(answering.AnsweringService, {
        scorePassages: ({ chatbotId }) => {
          if (chatbotId === "broken") throw new Error("broken by a-secret-word");
          return {};
        },
        queryKnowledge: () => {
          throw new AppError("CHATBOT_NOT_FOUND");
        },
        async *answer(_request, { signal }) {
          yield { event: { case: "delta", value: { text: "a" } } };
          await Promise.race([gates.stream.promise, new Promise((resolve) => signal.addEventListener("abort", resolve))]);
          yield { event: { case: "delta", value: { text: "b" } } };
        },
      }),
    consumers: [
      consumer(
        "ingestion.job.completed.v1",
        async (_payload, _event, { attempt }) => {
          if (attempt === 1) throw new Error("not today");
          gates.handled.resolve();
        },
        { retry: { firstDelayMs: 1 } },
      ),
    ],
  }),
});
