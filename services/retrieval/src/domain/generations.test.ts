import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asTenant } from "@parlance/ports";
import { openEmbeddedDocumentStore } from "@parlance/storage/embedded";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openGenerations, type Generations } from "./generations.ts";

describe("generations", () => {
  let folder: string;
  let generations: Generations;
  let close: () => Promise<void>;
  let next = 0;
  const chatbot = () => ({ tenant: asTenant("user"), chatbotId: `bot-${next++}` });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "generations-"));
    const documents = await openEmbeddedDocumentStore({ path: join(folder, "documents.db") });
    generations = openGenerations(documents);
    close = () => documents.close();
  });
  afterAll(async () => {
    await close();
    await rm(folder, { recursive: true });
  });

  it("shows nothing new before it is activated", async () => {
    const at = chatbot();
    expect(await generations.begin(at, "job")).toBe(1);
    expect((await generations.get(at))?.active).toBe(0);
    await generations.activate(at, { jobId: "job", generation: 1 });
    expect((await generations.get(at))?.active).toBe(1);
    expect(await generations.begin(at, "next job")).toBe(2);
  });

  it("gives a job that begins again, or ends again after a crash, the same generation", async () => {
    const at = chatbot();
    expect(await generations.begin(at, "job")).toBe(1);
    expect(await generations.begin(at, "job")).toBe(1);
    await generations.activate(at, { jobId: "job", generation: 1 });
    await expect(generations.activate(at, { jobId: "job", generation: 1 })).resolves.toBeUndefined();
  });

  it("begins nothing for a job that has ended, whose call was held up on its way", async () => {
    const at = chatbot();
    await generations.begin(at, "completed");
    await generations.activate(at, { jobId: "completed", generation: 1 });
    await generations.begin(at, "failed");
    await generations.abandon(at, "failed");
    for (const jobId of ["completed", "failed"]) {
      await expect(generations.begin(at, jobId)).rejects.toMatchObject({ reason: "GENERATION_UNKNOWN" });
    }
    expect(await generations.begin(at, "next job")).toBe(2);
  });

  it("lets one job build at a time, also when many begin at once", async () => {
    const at = chatbot();
    const begun = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => generations.begin(at, `job-${i}`)));
    expect(begun.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    expect(begun.find((outcome) => outcome.status === "rejected")).toMatchObject({ reason: { reason: "GENERATION_BUSY" } });
  });

  it("frees the generation of a job that gave up, and does not activate it any more", async () => {
    const at = chatbot();
    await generations.begin(at, "job");
    await generations.abandon(at, "job");
    await expect(generations.activate(at, { jobId: "job", generation: 1 })).rejects.toMatchObject({ reason: "GENERATION_UNKNOWN" });
    expect(await generations.begin(at, "other")).toBe(1);
  });

  it("knows every chatbot once, however many there are", async () => {
    const added = Array.from({ length: 1_001 }, () => chatbot());
    await Promise.all(added.map((at) => generations.begin(at, "job")));
    const known = await Array.fromAsync(generations.all(), ({ chatbotId }) => chatbotId);
    expect(new Set(known).size).toBe(known.length);
    expect(known).toEqual(expect.arrayContaining(added.map(({ chatbotId }) => chatbotId)));
  });
});
