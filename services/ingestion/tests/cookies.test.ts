import { asTenant } from "@parlance/ports";
import { until } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStores } from "../src/domain/stores.ts";
import { htmlPage, startSite, type Site } from "./site.ts";
import { crawling, newChatbot, startTraining, type TestChatbot, type Training } from "./support.ts";

const cookies = "session=very-secret-cookie";

describe("cookies of a crawl", { timeout: 60_000 }, () => {
  let training: Training;
  beforeAll(async () => {
    training = await startTraining({ env: crawling });
  });
  afterAll(() => training[Symbol.asyncDispose]());

  /** What is kept of a chatbot's jobs: the blobs as text, and the keys in the queue. */
  async function kept({ user, chatbotId }: TestChatbot) {
    const { blobs, documents } = training.process.running.ports;
    const keys = await blobs.list(`${user}/${chatbotId}/ingestion/jobs/`, { limit: 1_000 });
    const texts = await Promise.all(keys.map(async (key) => Buffer.from((await blobs.get(key)) ?? []).toString()));
    const knowledge = await openStores(documents).knowledge.get(asTenant(user), chatbotId);
    const queue = [...(knowledge?.data.queue ?? []), ...(knowledge?.data.pending == null ? [] : [knowledge.data.pending.job])];
    return { texts, cookieKeys: queue.map(({ cookieKey }) => cookieKey), all: JSON.stringify([texts, knowledge?.data]) };
  }

  /** A chatbot whose crawl has asked for its page and waits for the answer. */
  async function underWay(site: Site): Promise<TestChatbot> {
    const chatbot = await newChatbot(training.process);
    const before = site.asked.length;
    const request = { chatbotId: chatbot.chatbotId, urls: [`${site.base}/held`], pageOptions: { cookies } };
    await training.process.clients.ingestion.startJob(request, chatbot.as);
    await until("the page is asked for", () => site.asked.length > before);
    return chatbot;
  }

  const ends: [string, (chatbot: TestChatbot, answer: (status: number) => void) => Promise<unknown> | void][] = [
    ["is completed", (_, answer) => answer(200)],
    ["failed", (_, answer) => answer(404)],
    ["is cancelled", ({ chatbotId, as }) => training.process.clients.ingestion.cancelJobs({ chatbotId }, as)],
    ["lost its chatbot", ({ chatbotId, as }) => training.process.clients.chatbots.deleteChatbot({ chatbotId }, as)],
  ];

  it.each(ends)("are sealed while it is under way, and nothing is left of them when it %s", async (_, end) => {
    let answer: ((status: number) => void) | undefined;
    const page = htmlPage("Members", "<p>Only members read this page.</p>");
    await using site = await startSite({
      "/held": (_request, response) => {
        answer = (status) => {
          response.writeHead(status, { "content-type": "text/html" });
          response.end("body" in page ? page.body : "");
        };
      },
    });
    const chatbot = await underWay(site);
    expect(site.cookies).toEqual([cookies]);
    const during = await kept(chatbot);
    expect(during.cookieKeys).toHaveLength(1);
    expect(during.cookieKeys[0]).not.toBe("");
    // Neither as it is nor as bytes in base64, and the key lies elsewhere than what it opens.
    expect(during.all).not.toContain("very-secret");
    expect(during.all).not.toContain(Buffer.from(cookies).toString("base64").slice(0, 20));
    expect(during.texts.join()).toContain("sealedCookies");
    expect(during.texts.join()).not.toContain(during.cookieKeys[0]);
    await end(chatbot, (status) => answer?.(status));
    await until("nothing of the job is left", async () => {
      const { texts, cookieKeys } = await kept(chatbot);
      return texts.length === 0 && cookieKeys.length === 0;
    });
    expect((await kept(chatbot)).all).not.toContain("sealedCookies");
  });
});
