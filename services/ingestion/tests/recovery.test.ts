import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId, systemClock, type Clock } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import { until } from "@parlance/testkit";
import { startOpenAiServer, type OpenAiServer } from "@parlance/testkit/openai-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { htmlPage, startSite } from "./site.ts";
import { crawling, dimension, found, newChatbot, startTraining, trained, type TestChatbot } from "./support.ts";

/** One section for each number, so that every chunk can be told. */
const handbook = (sections: number) =>
  Array.from({ length: sections }, (_, i) => `# Section ${i}\n\nSection ${i} tells of the item numbered n${i}.`).join("\n\n");

describe("a training that is cut off", { timeout: 90_000 }, () => {
  let dataDir: string;
  let embeddings: OpenAiServer;
  let children: ChildProcess[];
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "parlance-recovery-"));
    embeddings = await startOpenAiServer({ dimension });
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.kill("SIGKILL");
    await embeddings.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Trains in a process of its own until so many embedding requests were made, kills it, and gives what it was training. */
  async function killed(request: object, options: { afterRequests: number }): Promise<TestChatbot & { jobId: string }> {
    const program = join(import.meta.dirname, "train-child.ts");
    const child = spawn(process.execPath, [program, dataDir, embeddings.baseUrl, JSON.stringify(request)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    let out = "";
    child.stdout?.on("data", (data: Buffer) => (out += data.toString()));
    await embeddings.received(options.afterRequests);
    const line = await until("the call is answered", () => out.split("\n").find((text) => text.startsWith("{")), {
      timeoutMs: 30_000,
    });
    child.kill("SIGKILL");
    await once(child, "exit");
    const { chatbotId, user, jobId } = JSON.parse(line) as { chatbotId: string; user: string; jobId: string };
    return { chatbotId, user, jobId, as: {} };
  }

  it.each([1, 3, 6])(
    "goes on by itself after SIGKILL at request %i to the embedder, with nothing doubled or missing",
    async (afterRequests) => {
      const sections = 320;
      const gone = await killed({ text: handbook(sections) }, { afterRequests });
      await using training = await startTraining({ dataDir, embeddings });
      const chatbot = { ...gone, as: training.process.as(gone.user) };
      const before = await training.process.clients.ingestion.getTrainingStatus({ chatbotId: chatbot.chatbotId }, chatbot.as);
      expect(before.jobs[0]?.state).not.toBe("completed");
      const status = await trained(training.process, chatbot);
      expect(status.jobs.map((job) => [job.jobId, job.state])).toEqual([[gone.jobId, "completed"]]);
      expect(status.failedSources).toEqual([]);
      const scope = { tenant: asTenant(gone.user), chatbotId: chatbot.chatbotId };
      const whole = handbook(sections);
      const { chunkText } = await import("../src/domain/chunk-text.ts");
      const expected = [...chunkText(whole)].length;
      const { chunkCount } = await training.process.running.ports.search.search(scope, {
        generation: 1,
        terms: ["section"],
        candidates: 1,
      });
      expect(chunkCount).toBe(expected);
      expect((await found(training.process, chatbot, "n317"))[0]).toContain("n317");
    },
  );

  it("is not held up by what a job that nobody knows any more has begun", async () => {
    await using training = await startTraining({ dataDir, embeddings });
    const chatbot = await newChatbot(training.process);
    const { ingestion, retrieval } = training.process.clients;
    const { chatbotId } = chatbot;
    await retrieval.beginGeneration({ chatbotId, jobId: newId() }, chatbot.as);
    await ingestion.startJob({ chatbotId, text: handbook(3) }, chatbot.as);
    const status = await trained(training.process, chatbot);
    expect(status.jobs.map(({ state }) => state)).toEqual(["completed"]);
    expect((await found(training.process, chatbot, "n2"))[0]).toContain("n2");
  });

  it("goes on a minute after the start when the events of what was under way are lost", async () => {
    const gone = await killed({ text: handbook(320) }, { afterRequests: 3 });
    for (const ending of ["", "-wal", "-shm"]) await rm(join(dataDir, `events.db${ending}`), { force: true });
    let shift = 0;
    const clock: Clock = {
      now: () => Date.now() + shift,
      sleep: (milliseconds, signal) => systemClock.sleep(Math.min(milliseconds, 100), signal),
    };
    await using training = await startTraining({ dataDir, embeddings, clock });
    shift = 60_000;
    const chatbot = { ...gone, as: training.process.as(gone.user) };
    const status = await trained(training.process, chatbot);
    expect(status.jobs.map((job) => [job.jobId, job.state])).toEqual([[gone.jobId, "completed"]]);
    expect((await found(training.process, chatbot, "n317"))[0]).toContain("n317");
  });

  it("goes on crawling after SIGKILL, and fetches no page again that it had", async () => {
    const paths = Array.from({ length: 12 }, (_, i) => `/page-${i}`);
    await using site = await startSite(
      Object.fromEntries(
        paths.map((path, i) => [path, htmlPage(`Page ${i}`, `<p>Page ${i} tells of the item numbered n${i}.</p>`)]),
      ),
    );
    const gone = await killed({ urls: paths.map((path) => site.base + path) }, { afterRequests: 3 });
    const before = site.asked.length;
    expect(before).toBeLessThan(paths.length);
    await using training = await startTraining({ dataDir, embeddings, env: crawling });
    const chatbot = { ...gone, as: training.process.as(gone.user) };
    const status = await trained(training.process, chatbot);
    expect(status.jobs.map((job) => job.state)).toEqual(["completed"]);
    // The pages that were being fetched when the process died may be asked for twice.
    expect(site.asked.length).toBeLessThanOrEqual(paths.length + 4);
    expect(new Set(site.asked).size).toBe(paths.length);
    const { sources } = await training.process.clients.ingestion.listSources({ chatbotId: chatbot.chatbotId }, chatbot.as);
    expect(sources.every(({ characters }) => characters > 0n)).toBe(true);
    expect(await found(training.process, chatbot, "page item numbered")).toHaveLength(paths.length);
  });

  it("keeps the old knowledge, and tells of the source, when a document cannot be indexed while others can", async () => {
    await using training = await startTraining({ dataDir, embeddings });
    const chatbot = await newChatbot(training.process);
    const { ingestion } = training.process.clients;
    const start = (request: object) => ingestion.startJob({ chatbotId: chatbot.chatbotId, ...request }, chatbot.as);
    await start({ questionsAndAnswers: [{ question: "Old?", answer: "The old answer." }] });
    await trained(training.process, chatbot);
    embeddings.failNext({ kind: "status", status: 400 }, { kind: "status", status: 400 }, { kind: "status", status: 400 });
    const { jobId } = await start({
      text: handbook(700),
      questionsAndAnswers: [{ question: "Old?", answer: "The new answer." }],
      products: [{ id: "a", informationJson: '{"name":"Bowl"}' }],
    });
    const { blobs } = training.process.running.ports;
    const first = `${chatbot.user}/${chatbot.chatbotId}/ingestion/jobs/${jobId}/batch-0000000`;
    const lost = await until("the first batch is there", async () => (await blobs.list(first, { limit: 1 }))[0]);
    await blobs.delete(lost);
    const status = await trained(training.process, chatbot);
    expect(status.failedSources.map(({ type }) => type)).toEqual(["text"]);
    expect(status.failedSources[0]?.reason).toMatch(/lost or damaged on the disk/);
    expect(await found(training.process, chatbot, "section item n3 bowl old answer")).toEqual(
      expect.arrayContaining(["name: Bowl", "Old?\nThe new answer."]),
    );
    expect(await found(training.process, chatbot, "section item n3 bowl old answer")).toHaveLength(2);
    // Sent again, the same text is trained again, for it was never learned, and costs nothing.
    const again = await start({ text: handbook(700) });
    expect(again.jobId).not.toBe("");
    expect((await trained(training.process, chatbot)).failedSources).toEqual([]);
    expect((await found(training.process, chatbot, "n650"))[0]).toContain("n650");
  });
});
