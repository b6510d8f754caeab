import type { GatewayContext } from "../context.ts";
import { toAnswer } from "../mappers/answers.ts";
import { collectAnswer, streamAnswer } from "../answer-stream.ts";
import { route, sent, type Route } from "../route.ts";
import { chat } from "../schemas/answers.ts";

export function chatRoutes({ clients, config }: GatewayContext): Route[] {
  return [
    route(chat, async ({ body, options, res }) => {
      const controller = new AbortController();
      res.once("close", () => controller.abort());
      const limits = { timeoutMs: config.PARLANCE_ANSWER_TIMEOUT_MS, signal: controller.signal };
      try {
        const events = clients.answering.answer(toAnswer(body), options(limits));
        if (body.stream === true) await streamAnswer(events, res, config.PARLANCE_SLOW_READER_TIMEOUT_MS);
        else await collectAnswer(events, res);
      } finally {
        // Leaving the loop early does not end the call on any transport; the signal does.
        controller.abort();
      }
      return sent;
    }),
  ];
}
