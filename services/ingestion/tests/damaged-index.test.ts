import { mkdtemp, open, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { newChatbot, startTraining, trained } from "./support.ts";

test("a chatbot whose search index is damaged fails to train at once, with a reason, and keeps no later job waiting", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "parlance-index-"));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const text = (text: string) => ({ chatbotId: chatbot.chatbotId, text });
  const first = await startTraining({ dataDir });
  const chatbot = await newChatbot(first.process);
  await first.process.clients.ingestion.startJob(text("The old mill grinds on Mondays."), chatbot.as);
  await trained(first.process, chatbot);
  await first[Symbol.asyncDispose]();
  const indexes = (await readdir(join(dataDir, "search"), { recursive: true })).filter((file) => file.includes(chatbot.chatbotId));
  expect(indexes).toHaveLength(1);
  for (const file of indexes) await overwrite(join(dataDir, "search", file));

  await using training = await startTraining({ dataDir });
  for (const sentence of ["The fern house is heated in winter.", "The kiln is lit on Fridays."]) {
    await training.process.clients.ingestion.startJob(text(sentence), chatbot.as);
    const { failedSources } = await trained(training.process, chatbot, 20_000);
    expect(failedSources.at(-1)).toMatchObject({ type: "text", reason: expect.stringMatching(/search index is damaged/) });
  }
});

/** In place: the file is open, and keeps its length. */
async function overwrite(path: string): Promise<void> {
  const { size } = await stat(path);
  const file = await open(path, "r+");
  await file.write(Buffer.alloc(size, 0xff), 0, size, 0);
  await file.close();
}
