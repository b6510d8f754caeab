import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it, onTestFinished } from "vitest";
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

it("a document that cannot be learned anew is found as before, also when an older version gave its chunks other ids", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "parlance-older-"));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const first = await startTraining({ dataDir });
  const chatbot = await newChatbot(first.process);
  const qAndA = (answer: string) => ({
    chatbotId: chatbot.chatbotId,
    questionsAndAnswers: [{ question: "Do you take cards?", answer }],
  });
  await first.process.clients.ingestion.startJob(qAndA("All of them."), chatbot.as);
  await trained(first.process, chatbot);
  await first[Symbol.asyncDispose]();
  for (const file of await readdir(join(dataDir, "search"), { recursive: true }))
    if (file.endsWith(`${chatbot.chatbotId}.db`)) renameChunks(join(dataDir, "search", file));

  await using training = await startTraining({ dataDir });
  training.embeddings.failNext(...Array.from({ length: 4 }, () => ({ kind: "status", status: 401 }) as const));
  await training.process.clients.ingestion.startJob(qAndA("Cash alone."), chatbot.as);
  const { failedSources } = await trained(training.process, chatbot, 30_000);
  expect(failedSources).toHaveLength(1);
  expect(await found(training.process, chatbot, "Do you take cards?")).toEqual([expect.stringContaining("All of them.")]);
  await training.process.clients.ingestion.startJob(qAndA("Cash alone, please."), chatbot.as);
  await trained(training.process, chatbot);
  expect(await found(training.process, chatbot, "Do you take cards?")).toEqual([expect.stringContaining("Cash alone, please.")]);
}, 60_000);

function renameChunks(file: string): void {
  using db = new DatabaseSync(file);
  db.exec("UPDATE chunk SET chunk_id = 'older-' || chunk_id");
}
