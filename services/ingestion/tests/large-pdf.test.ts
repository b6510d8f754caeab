import { until } from "@parlance/testkit";
import { describe, expect, it } from "vitest";
import { makePdf } from "./documents.ts";
import { startSite } from "./site.ts";
import { crawling, found, newChatbot, startTraining, trained } from "./support.ts";

describe("a PDF of 2,000 pages", { timeout: 180_000 }, () => {
  it("is learned to its last page, while others train and are answered", async () => {
    const sentences = (page: number) =>
      Array.from({ length: 12 }, (_, i) => `Sentence ${i} of page ${page} tells of part q${page}x${i}.`);
    const pdf = makePdf(Array.from({ length: 2_000 }, (_, i) => sentences(i + 1)));
    await using site = await startSite({ "/manual.pdf": { type: "application/pdf", body: pdf } });
    await using training = await startTraining({ env: { ...crawling, PARLANCE_DEFAULT_PLAN: "self-hosted" } });
    const { ingestion } = training.process.clients;
    const chatbot = await newChatbot(training.process);
    const other = await newChatbot(training.process);
    await ingestion.startJob({ chatbotId: chatbot.chatbotId, urls: [`${site.base}/manual.pdf`] }, chatbot.as);
    await until("the PDF is being read", () => site.asked.length === 1);

    await ingestion.startJob({ chatbotId: other.chatbotId, text: "The shop opens at nine." }, other.as);
    await trained(training.process, other);
    const messages = [{ role: "user", content: "When does the shop open?" }];
    let answer = "";
    for await (const { event } of training.process.clients.answering.answer({ chatbotId: other.chatbotId, messages }, other.as)) {
      if (event.case === "delta") answer += event.value.text;
    }
    expect(answer).toContain("The shop opens at nine.");
    const between = await ingestion.getTrainingStatus({ chatbotId: chatbot.chatbotId }, chatbot.as);
    expect(between.progress).toBeLessThan(100);

    const status = await trained(training.process, chatbot, 150_000);
    expect(status.failedSources).toEqual([]);
    for (const part of ["q1x0", "q1000x5", "q2000x11"]) {
      expect((await found(training.process, chatbot, part))[0]).toMatch(new RegExp(`\\b${part}\\b`));
    }
  });
});
