import { makeEvent } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import { until } from "@parlance/testkit";
import { describe, expect, it, vi } from "vitest";
import { openStores } from "../src/domain/stores.ts";
import { htmlPage, startSite } from "./site.ts";
import { crawling, failureOf, found, newChatbot, startTraining, trained, type TestChatbot, type TestProcess } from "./support.ts";

const manyProducts = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `sku-${i}`,
    informationJson: JSON.stringify({ name: `Thing ${i}`, price: `${i} euros` }),
  }));
const manyQuestions = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ question: `What is thing ${i}?`, answer: `Thing ${i} is the ${i}th of all things.` }));

async function blobsOf({ running }: TestProcess, { user, chatbotId }: TestChatbot): Promise<string[]> {
  return running.ports.blobs.list(`${user}/${chatbotId}/ingestion/`, { limit: 1_000 });
}

describe("sources and their jobs", { timeout: 90_000 }, () => {
  it("takes 1,000 products and 1,000 Q&As in one call, and learns them all", async () => {
    await using training = await startTraining();
    const chatbot = await newChatbot(training.process);
    const reply = await training.process.clients.ingestion.startJob(
      { chatbotId: chatbot.chatbotId, products: manyProducts(1_000), questionsAndAnswers: manyQuestions(1_000) },
      chatbot.as,
    );
    expect(reply.sources).toHaveLength(2_000);
    const status = await trained(training.process, chatbot);
    expect(status.failedSources).toEqual([]);
    expect(await found(training.process, chatbot, "price of thing 977")).toContain("name: Thing 977\nprice: 977 euros");
    // Chunks travel by blobs that nobody needs any more; what is left are two lists and one blob of contents.
    expect(await blobsOf(training.process, chatbot)).toHaveLength(3);
  });

  it("takes 10 MiB of text in one call", async () => {
    await using training = await startTraining({ env: { PARLANCE_DEFAULT_PLAN: "self-hosted" } });
    const chatbot = await newChatbot(training.process);
    const text = "A line of the very long text.\n".repeat(349_526);
    const { sources } = await training.process.clients.ingestion.startJob({ chatbotId: chatbot.chatbotId, text }, chatbot.as);
    expect(Number(sources[0]?.characters)).toBe(text.length);
    await training.process.clients.ingestion.cancelJobs({ chatbotId: chatbot.chatbotId }, chatbot.as);
    await trained(training.process, chatbot);
  });

  it("returns to what was known when its jobs are cancelled", async () => {
    await using training = await startTraining();
    const { clients } = training.process;
    const chatbot = await newChatbot(training.process);
    const { chatbotId, as } = chatbot;
    const first = await clients.ingestion.startJob({ chatbotId, questionsAndAnswers: manyQuestions(3) }, as);
    await trained(training.process, chatbot);
    const blobs = await blobsOf(training.process, chatbot);
    training.embeddings.failNext({ kind: "status", status: 500 }, { kind: "status", status: 500 }, { kind: "status", status: 500 });
    await clients.ingestion.startJob({ chatbotId, deletes: [{ type: "q&a" }], products: manyProducts(40) }, as);
    await clients.ingestion.startJob({ chatbotId, text: "Never to be learned." }, as);
    await clients.ingestion.cancelJobs({ chatbotId }, as);
    const { progress } = await clients.ingestion.getTrainingStatus({ chatbotId }, as);
    expect(progress).toBe(100);
    const states = await until("both jobs have ended", async () => {
      const { jobs } = await clients.ingestion.getTrainingStatus({ chatbotId }, as);
      return jobs.length === 3 && jobs.every((job) => job.endTime !== undefined) && jobs.map((job) => job.state);
    });
    expect(states).toEqual(["cancelled", "cancelled", "completed"]);
    const { sources, consumedCharacters } = await clients.ingestion.listSources({ chatbotId }, as);
    expect({ sources, consumedCharacters }).toEqual({ sources: first.sources, consumedCharacters: first.consumedCharacters });
    expect(await found(training.process, chatbot, "thing never learned")).toHaveLength(3);
    await until("the blobs of the jobs are gone", async () => (await blobsOf(training.process, chatbot)).length === blobs.length);
    expect(await blobsOf(training.process, chatbot)).toEqual(blobs);
    // What was cancelled can be trained after all.
    await clients.ingestion.startJob({ chatbotId, text: "Now it is learned." }, as);
    expect((await trained(training.process, chatbot)).jobs[0]?.state).toBe("completed");
    expect(await found(training.process, chatbot, "thing learned")).toHaveLength(4);
  });

  it("erases everything of a deleted chatbot, and a late call brings nothing back", async () => {
    await using training = await startTraining();
    const { clients, running } = training.process;
    const chatbot = await newChatbot(training.process);
    const { chatbotId, as, user } = chatbot;
    await clients.ingestion.startJob({ chatbotId, products: manyProducts(200) }, as);
    await clients.chatbots.deleteChatbot({ chatbotId }, as);
    await until("all blobs are gone", async () => (await blobsOf(training.process, chatbot)).length === 0);
    expect(await failureOf(clients.ingestion.startJob({ chatbotId, text: "Late." }, as))).toMatchObject({
      reason: "CHATBOT_NOT_FOUND",
    });
    // The event again, as after a crash, and a stale answer of retrieval: nothing comes back.
    const again = { identity: { tenant: asTenant(user) }, key: chatbotId, time: Date.now() };
    await running.ports.events.publish([
      makeEvent("chat.chatbot.deleted.v1", { ...again, payload: { chatbotId } }),
      makeEvent("ingestion.job.started.v1", { ...again, payload: { chatbotId, jobId: "" } }),
    ]);
    await until("nothing is left to do", async () => {
      const { summaries } = await clients.ingestion.summarizeTraining({ chatbotIds: [chatbotId] }, as);
      return summaries[0]?.progress === 100;
    });
    expect(await blobsOf(training.process, chatbot)).toEqual([]);
  });

  it("learns its pages although the list is lost that a waiting job would return to", async () => {
    await using site = await startSite({ "/hours": htmlPage("Hours", "<p>Open at night.</p>") });
    await using training = await startTraining({ env: crawling });
    const { clients, running } = training.process;
    const chatbot = await newChatbot(training.process);
    const { chatbotId, as } = chatbot;
    await clients.ingestion.startJob({ chatbotId, questionsAndAnswers: manyQuestions(1) }, as);
    await trained(training.process, chatbot);
    const lists = async () => (await blobsOf(training.process, chatbot)).filter((key) => key.includes("/lists/"));
    const [first] = await lists();
    const { blobs } = running.ports;
    const begun = Promise.withResolvers<void>();
    const waiting = Promise.withResolvers<void>();
    const put = blobs.put.bind(blobs);
    const putting = vi.spyOn(blobs, "put").mockImplementation(async (key, ...rest) => {
      if (key.includes("/contents/")) {
        putting.mockRestore();
        begun.resolve();
        await waiting.promise;
      }
      return put(key, ...rest);
    });
    await clients.ingestion.startJob({ chatbotId, urls: [`${site.base}/hours`] }, as);
    await begun.promise;
    await clients.ingestion.startJob({ chatbotId, questionsAndAnswers: manyQuestions(2) }, as);
    expect(await lists()).toContain(first);
    await blobs.delete(first ?? "");
    waiting.resolve();
    await trained(training.process, chatbot);
    expect(await found(training.process, chatbot, "open at night")).toEqual(
      expect.arrayContaining([expect.stringContaining("Open at night.")]),
    );
  });

  it("erases a page, too, that was being stored while its chatbot was erased", async () => {
    await using site = await startSite({ "/hours": htmlPage("Hours", "<p>Open at night.</p>") });
    await using training = await startTraining({ env: crawling });
    const { clients, running } = training.process;
    const chatbot = await newChatbot(training.process);
    const { chatbotId, as, user } = chatbot;
    const { blobs, documents } = running.ports;
    const begun = Promise.withResolvers<void>();
    const erased = Promise.withResolvers<void>();
    const put = blobs.put.bind(blobs);
    const putting = vi.spyOn(blobs, "put").mockImplementation(async (key, ...rest) => {
      if (key.includes("/contents/")) {
        begun.resolve();
        await erased.promise;
      }
      return put(key, ...rest);
    });
    await clients.ingestion.startJob({ chatbotId, urls: [`${site.base}/hours`] }, as);
    await begun.promise;
    await clients.chatbots.deleteChatbot({ chatbotId }, as);
    const stores = openStores(documents);
    const left = async () => {
      const found = [stores.jobs, stores.pages].map((store) => store.find(asTenant(user), { where: { chatbotId }, limit: 10 }));
      return (await Promise.all(found)).flatMap(({ items }) => items.map(({ id }) => id));
    };
    await until(
      "what was stored is erased",
      async () => (await left()).length + (await blobsOf(training.process, chatbot)).length === 0,
    );
    erased.resolve();
    await Promise.all(putting.mock.results.map(({ value }) => value as Promise<unknown>));
    await until("the text of the page is gone again", async () => (await blobsOf(training.process, chatbot)).length === 0);
    expect(await left()).toEqual([]);
  });

  it("summarises many chatbots at once, those that were never trained included", async () => {
    await using training = await startTraining();
    const { clients } = training.process;
    const chatbot = await newChatbot(training.process);
    await clients.ingestion.startJob({ chatbotId: chatbot.chatbotId, text: "Something." }, chatbot.as);
    await trained(training.process, chatbot);
    const chatbotIds = [chatbot.chatbotId, "ffffffffffffffffffffffff", "nonsense"];
    const { summaries } = await clients.ingestion.summarizeTraining({ chatbotIds }, chatbot.as);
    expect(summaries.map(({ chatbotId, progress, lastTrainTime }) => [chatbotId, progress, lastTrainTime !== undefined])).toEqual([
      [chatbotIds[0], 100, true],
      [chatbotIds[1], 100, false],
      [chatbotIds[2], 100, false],
    ]);
  });
});
