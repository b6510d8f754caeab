import { expect, it } from "vitest";
import { found, newChatbot, startTraining, trained } from "./support.ts";

const hours = "The shop is open from nine until six, Monday to Saturday.";

it(
  "a server that refuses its key fails the training within seconds, and is asked again by the next one",
  { timeout: 60_000 },
  async () => {
    await using training = await startTraining();
    const { process, embeddings } = training;
    const chatbot = await newChatbot(process);
    const train = () => process.clients.ingestion.startJob({ chatbotId: chatbot.chatbotId, text: hours }, chatbot.as);
    const before = embeddings.requests.length;
    embeddings.failNext(...Array.from({ length: 4 }, () => ({ kind: "status", status: 401 }) as const));
    await train();
    const { jobs, failedSources } = await trained(process, chatbot, 30_000);
    expect(jobs[0]?.state).toBe("failed");
    expect(failedSources.map(({ reason }) => reason)).toEqual([
      "The embedding server refused it; whoever runs the service finds the reason in its log",
    ]);
    expect(embeddings.requests.length - before).toBe(4);
    await train();
    await trained(process, chatbot);
    expect(await found(process, chatbot, "When is the shop open?")).toEqual([hours]);
  },
);
