import type { IncomingMessage } from "node:http";
import { backendHopHeader } from "@parlance/platform";
import type { GatewayContext } from "../context.ts";
import { toAnswer } from "../mappers/answers.ts";
import { collectAnswer, streamAnswer } from "../http/answer-stream.ts";
import { route, sent, type Route } from "../route.ts";
import { chat } from "../schemas/answers.ts";

export function chatRoutes({ clients, config }: GatewayContext): Route[] {
  return [
    route(chat, async ({ body, options, req, res }) => {
      const controller = new AbortController();
      const leave = () => controller.abort();
      res.once("close", leave);
      const limits = { timeoutMs: config.PARLANCE_ANSWER_TIMEOUT_MS, signal: controller.signal };
      try {
        const events = clients.answering.answer({ ...toAnswer(body), backendHops: hopsOf(req) }, options(limits));
        if (body.stream === true) await streamAnswer(events, res, config.PARLANCE_SLOW_READER_TIMEOUT_MS);
        else await collectAnswer(events, res);
      } catch (error) {
        // Leaving the loop early does not end the call on any transport; the signal does.
        controller.abort();
        throw error;
      } finally {
        res.off("close", leave);
      }
      return sent;
    }),
  ];
}

/** Custom backends that the request came through; a count that cannot be read still says that there was one. */
function hopsOf(req: IncomingMessage): number {
  const given = req.headers[backendHopHeader];
  if (given === undefined) return 0;
  const hops = Number(given);
  return Number.isInteger(hops) && hops > 0 && hops < 1_000 ? hops : 1;
}
