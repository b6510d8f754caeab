import { create, toBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { ingestionEvents } from "@parlance/contracts";
import { makeEvent, newId } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import { startTestProcess, until, type TestProcess } from "@parlance/testkit";
import { startOpenAiServer, type OpenAiServer } from "@parlance/testkit/openai-server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { retrieval } from "../src/service.ts";

let embeddings: OpenAiServer;
let parlance: TestProcess;
beforeAll(async () => {
  embeddings = await startOpenAiServer({ dimension: 1_536 });
  parlance = await startTestProcess([retrieval], { env: { PARLANCE_EMBEDDINGS_URL: embeddings.baseUrl } });
});
afterAll(async () => {
  await parlance.stop();
  await embeddings.close();
});

interface Building {
  chatbotId: string;
  jobId: string;
  generation: bigint;
}

/** Announces a document of one chunk, as ingestion does for a job. */
async function send({ chatbotId, jobId, generation }: Building, document: { documentId: string; text: string }) {
  const { ports } = parlance.running;
  const { documentId, text } = document;
  const chunks = [{ chunkId: `${documentId} ${text}`, text, ordinal: 0, start: 0 }];
  const described = {
    documentId,
    revision: "1",
    sourceName: documentId,
    sourceType: "text",
    language: "en",
    english: true,
    chunks,
  };
  const batchKey = `ann/${chatbotId}/${newId()}`;
  const batch = create(ingestionEvents.ChunkBatchSchema, { documents: [described] });
  await ports.blobs.put(batchKey, toBinary(ingestionEvents.ChunkBatchSchema, batch));
  const parts = [{ documentId, revision: "1", last: true }];
  const payload = { chatbotId, jobId, generation, batchKey, batchNumber: 0, parts };
  const identity = { tenant: asTenant("ann") };
  // One key, so that an event is handled after those before it.
  await ports.events.publish([makeEvent("ingestion.document.chunked.v1", { identity, key: chatbotId, time: Date.now(), payload })]);
}

test("a batch that is embedded only after its job was undone leaves nothing in what the next job builds", async () => {
  const { clients } = parlance;
  const as = parlance.as("ann");
  const chatbotId = newId();
  const begin = async (jobId: string) => ({
    chatbotId,
    jobId,
    generation: (await clients.retrieval.beginGeneration({ chatbotId, jobId }, as)).generation,
  });
  const late = Promise.withResolvers<void>();
  embeddings.failNext({ kind: "held", until: late.promise });
  const undone = await begin(newId());
  await send(undone, { documentId: "shop", text: "The shop is open at night." });
  await until("the batch is being embedded", () => embeddings.requests.length === 1);
  await clients.retrieval.discardGeneration(undone, as);
  const next = await begin(newId());
  expect(next.generation).toBe(undone.generation);
  late.resolve();
  await send(next, { documentId: "parcels", text: "A parcel takes two days." });
  const scope = { tenant: asTenant("ann"), chatbotId };
  const query = { generation: Number(next.generation), terms: ["shop", "parcel"], candidates: 10 };
  const found = async () =>
    (await parlance.running.ports.search.search(scope, query)).candidates.map(({ payload }) => payload.text);
  await until("the next job's batch is indexed", async () => (await found()).includes("A parcel takes two days."));
  expect(await found()).toEqual(["A parcel takes two days."]);
});

test("a batch that is written while its chatbot is erased leaves nothing in the index", async () => {
  const { ports } = parlance.running;
  const chatbotId = newId();
  const jobId = newId();
  const { generation } = await parlance.clients.retrieval.beginGeneration({ chatbotId, jobId }, parlance.as("ann"));
  const scope = { tenant: asTenant("ann"), chatbotId };
  const put = ports.search.put.bind(ports.search);
  const purge = ports.search.purge.bind(ports.search);
  const begun = Promise.withResolvers<void>();
  const purged = Promise.withResolvers<void>();
  vi.spyOn(ports.search, "put").mockImplementationOnce(async (...call) => {
    begun.resolve();
    await purged.promise;
    await put(...call);
  });
  const purging = vi.spyOn(ports.search, "purge").mockImplementation(async (...call) => {
    await purge(...call);
    purged.resolve();
  });
  await send({ chatbotId, jobId, generation }, { documentId: "shop", text: "The shop is open at night." });
  await begun.promise;
  const payload = { chatbotId };
  const identity = { tenant: scope.tenant };
  await ports.events.publish([makeEvent("chat.chatbot.deleted.v1", { identity, key: chatbotId, time: Date.now(), payload })]);
  await until("the batch is taken back", () => purging.mock.settledResults.filter(({ type }) => type === "fulfilled").length === 2);
  const query = { generation: Number(generation), terms: ["shop"], candidates: 10 };
  expect((await ports.search.search(scope, query)).candidates).toEqual([]);
});

test("a training that begins after its chatbot was erased finds no index to write to", async () => {
  const { ports } = parlance.running;
  const { retrieval: client } = parlance.clients;
  const as = parlance.as("ann");
  const erase = async (chatbotId: string) => {
    const purging = vi.spyOn(ports.search, "purge");
    const identity = { tenant: asTenant("ann") };
    await ports.events.publish([
      makeEvent("chat.chatbot.deleted.v1", { identity, key: chatbotId, time: Date.now(), payload: { chatbotId } }),
    ]);
    await until("it is erased", () => purging.mock.calls.some(([at]) => at.chatbotId === chatbotId));
  };
  const untrained = newId();
  const trained = newId();
  await client.beginGeneration({ chatbotId: trained, jobId: newId() }, as);
  for (const chatbotId of [untrained, trained]) {
    await erase(chatbotId);
    await expect(client.beginGeneration({ chatbotId, jobId: newId() }, as)).rejects.toMatchObject({
      code: Code.FailedPrecondition,
    });
    expect(await client.inspectGenerations({ chatbotId }, as)).toMatchObject({ buildingJobId: "", activeGeneration: 0n });
  }
});
