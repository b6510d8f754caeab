import { isKnownChatbot, type Clients, type Examination } from "@parlance/platform";
import type { Generations } from "./generations.ts";

/** Compares generations with the chatbots that they belong to, and says whose chunks may be in the index. */
export function examineRetrieval(generations: Generations, clients: Pick<Clients, "chatbots">): Examination {
  return {
    scopes: () => generations.all(),
    findings: async function* ({ repair }) {
      for await (const at of generations.all()) {
        if (await isKnownChatbot(clients, at)) continue;
        if (repair) await generations.erase(at);
        yield {
          check: "index",
          subject: at.chatbotId,
          problem: "There is knowledge of a chatbot that does not exist.",
          remedy: repair ? "The note of its generations was removed." : "Run doctor with --repair.",
          mended: repair,
        };
      }
    },
  };
}
