import { readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSite } from "./site.ts";
import { crawling, failureOf, found, newChatbot, startTraining, trained, type TestChatbot, type Training } from "./support.ts";

describe("a stored blob that is damaged on the disk", { timeout: 60_000 }, () => {
  let training: Training;
  beforeAll(async () => {
    training = await startTraining({ env: crawling });
  });
  afterAll(() => training[Symbol.asyncDispose]());
  const start = (chatbot: TestChatbot, request: object) =>
    training.process.clients.ingestion.startJob({ chatbotId: chatbot.chatbotId, ...request }, chatbot.as);

  /** Paths of the files that hold a text. */
  async function holding(text: string): Promise<string[]> {
    const entries = await readdir(join(training.process.dataDir, "blobs"), { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const contents = await Promise.all(paths.map((path) => readFile(path, "utf8")));
    return paths.filter((_, i) => contents[i]?.includes(text) === true);
  }

  it("makes its sources fail with a reason, others none, and they are learned when they are sent again", async () => {
    const chatbot = await newChatbot(training.process);
    const request = {
      text: "The moss garden opens at seven.",
      products: [
        { id: "a", informationJson: '{"name":"Blue bowl"}' },
        { id: "b", informationJson: '{"name":"Green bowl"}' },
      ],
      questionsAndAnswers: [{ question: "Where is the kiln?", answer: "Behind the barn." }],
    };
    await start(chatbot, request);
    await trained(training.process, chatbot);
    for (const path of await holding("moss garden")) await truncate(path, 12);
    const lines = await holding("Green bowl");
    expect(lines).toHaveLength(1);
    for (const path of lines) {
      const text = await readFile(path, "utf8");
      await writeFile(path, text.replace("Green bowl", "Grfen bowl").replace('"{\\"question', "{question"));
    }
    const again = await start(chatbot, { indexAgain: true });
    expect(again.jobId).not.toBe("");
    const { failedSources } = await trained(training.process, chatbot);
    const damaged = "Its stored content is damaged or gone; train it again";
    expect(failedSources.map(({ type, name, reason }) => [type, name, reason])).toEqual([
      ["text", "text", damaged],
      ["product", "b", damaged],
      ["q&a", "Where is the kiln?", damaged],
    ]);
    const account = await training.process.clients.account.getAccount({}, chatbot.as);
    expect((await start(chatbot, request)).jobId).not.toBe("");
    expect((await trained(training.process, chatbot)).failedSources).toEqual([]);
    expect(await found(training.process, chatbot, "moss garden")).toContain(request.text);
    expect(await found(training.process, chatbot, "green bowl")).toContain("name: Green bowl");
    const after = await training.process.clients.account.getAccount({}, chatbot.as);
    expect(after.remainingTrainingCharacters).toBe(account.remainingTrainingCharacters);
    await start(chatbot, { indexAgain: true });
    expect((await trained(training.process, chatbot)).failedSources).toEqual([]);
  });

  it.each([
    ["cut short", (path: string) => truncate(path, 20)],
    ["gone", (path: string) => rm(path)],
  ])("makes its job fail when it says what the job is to do and is %s, and keeps no later job waiting", async (_, harm) => {
    const chatbot = await newChatbot(training.process);
    const asked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    await using site = await startSite({
      "/slow": (_, response) => {
        asked.resolve();
        void release.promise.then(() => response.writeHead(200, { "content-type": "text/plain" }).end("The willow pond is deep."));
      },
    });
    await start(chatbot, { urls: [`${site.base}/slow`] });
    await asked.promise;
    await start(chatbot, { products: [{ id: "ladle-31", informationJson: '{"name":"Ladle"}' }] });
    const items = (await holding("ladle-31")).filter((path) => path.includes("items"));
    expect(items).toHaveLength(1);
    for (const path of items) await harm(path);
    await start(chatbot, { questionsAndAnswers: [{ question: "Where is the oven?", answer: "In the yard." }] });
    release.resolve();
    await trained(training.process, chatbot);
    expect(await found(training.process, chatbot, "willow pond")).toContain("The willow pond is deep.");
    expect((await found(training.process, chatbot, "oven"))[0]).toContain("In the yard.");
  });

  it.each([
    ["cut short", (path: string) => truncate(path, 20)],
    ["emptied", (path: string) => truncate(path, 0)],
    ["gone", (path: string) => rm(path)],
  ])("makes its pages fail, with a reason, when it says how to fetch them and is %s", async (_, harm) => {
    const chatbot = await newChatbot(training.process);
    const asked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    await using site = await startSite({
      "/slow": (_, response) => {
        asked.resolve();
        void release.promise.then(() => response.writeHead(200, { "content-type": "text/plain" }).end("The willow pond is deep."));
      },
      "/next": { body: "The reeds are high.", type: "text/plain" },
    });
    await start(chatbot, { urls: [`${site.base}/slow`] });
    await asked.promise;
    await start(chatbot, { urls: [`${site.base}/next`], pageOptions: { excludeTags: ".reed-bed" } });
    const options = (await holding(".reed-bed")).filter((path) => path.includes("options"));
    expect(options).toHaveLength(1);
    for (const path of options) await harm(path);
    release.resolve();
    const { failedSources } = await trained(training.process, chatbot, 20_000);
    expect(failedSources.map(({ name, reason }) => [name, reason])).toEqual([
      [`${site.base}/next`, "How to fetch it was lost or damaged on the disk; train it again"],
    ]);
    expect(await found(training.process, chatbot, "willow pond")).toContain("The willow pond is deep.");
  });

  it.each([
    ["cut short", (path: string) => truncate(path, 100)],
    ["emptied", (path: string) => truncate(path, 0)],
    ["changed", async (path: string) => writeFile(path, (await readFile(path)).fill(0x20, 40, 60))],
    ["gone", (path: string) => rm(path)],
  ])("makes its source fail at once, with a reason, when it is a batch of chunks that is %s", async (_, harm) => {
    const chatbot = await newChatbot(training.process);
    await start(chatbot, { text: "The old mill grinds on Mondays." });
    await trained(training.process, chatbot);
    const fault = { kind: "status", status: 500 } as const;
    training.embeddings.failNext(fault, fault, fault);
    const asked = training.embeddings.received(training.embeddings.requests.length + 1);
    await start(chatbot, { text: "The fern house is heated in winter." });
    await asked;
    // Read once, and not yet again: what failed was the embedding.
    const batches = (await holding("fern house")).filter((path) => path.includes("batch"));
    expect(batches).toHaveLength(1);
    for (const path of batches) await harm(path);
    const { failedSources } = await trained(training.process, chatbot, 20_000);
    expect(failedSources.map(({ type, reason }) => [type, reason])).toEqual([
      ["text", "Its text was lost or damaged on the disk while it was being learned; train it again"],
    ]);
    expect((await found(training.process, chatbot, "old mill"))[0]).toContain("Mondays");
    await start(chatbot, { text: "The fern house is heated in winter." });
    expect((await trained(training.process, chatbot)).failedSources).toEqual([]);
    expect((await found(training.process, chatbot, "fern house"))[0]).toContain("heated");
  });

  it.each([
    ["cut short", (path: string) => truncate(path, 20)],
    ["gone", (path: string) => rm(path)],
  ])("is named when it is the list of sources, which nothing can be done without, and is %s", async (_, harm) => {
    const chatbot = await newChatbot(training.process);
    await start(chatbot, { products: [{ id: "kettle-77", informationJson: '{"name":"Kettle"}' }] });
    await trained(training.process, chatbot);
    for (const path of await holding('"name":"kettle-77"')) await harm(path);
    const expected = { reason: "KNOWLEDGE_DAMAGED" };
    expect(await failureOf(start(chatbot, { text: "More." }))).toMatchObject(expected);
    expect(await failureOf(start(chatbot, { indexAgain: true }))).toMatchObject(expected);
  });
});
