import { ingestion as proto } from "@parlance/contracts";
import { defineService } from "@parlance/platform";
export const ingestion = defineService({
  name: "ingestion",
  config: {},
  needs: [],
  create: ({ clients }) => ({
    routes: (router) =>
      router.service(proto.IngestionService, {
        startJob: async (r, c) => {
          await clients.chatbots.lookUpChatbot({ chatbotId: r.chatbotId }, { headers: c.requestHeader });
          return {
            jobId: "j",
            sources: [{ sourceId: "s", name: "text", type: "text", characters: BigInt(r.text.length) }],
            consumedCharacters: BigInt(r.text.length),
            remainingCharacters: 5n,
          };
        },
        getTrainingStatus: async (r, c) => {
          await clients.chatbots.lookUpChatbot({ chatbotId: r.chatbotId }, { headers: c.requestHeader });
          return { progress: 100 };
        },
        summarizeTraining: () => ({ summaries: [] }),
        listSources: () => ({ sources: [], consumedCharacters: 0n, remainingCharacters: 5n }),
        cancelJobs: () => ({}),
      }),
  }),
});
