import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster, readHandbook, removeEngines, startEngines, until, type Engines } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Rest } from "../_rest.ts";
import { Visitor, type Asked } from "./_visitor.ts";

const pages = readHandbook();
const patience = { timeoutMs: 240_000 };

/** Time for an answer in this cluster, and what the answer to a question that ran out of it may need on top. */
const answerTimeoutMs = 20_000;
const lastWordsMs = 3_000;

describe("a cluster of which something is killed in the middle of a training, with visitors asking", () => {
  let folder: string;
  let engines: Engines;
  let cluster: Cluster;
  let rest: Rest;
  let asked: { chatbotId: string; question: string; answer: string };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlance-faults-"));
    engines = await startEngines();
    const env = {
      PARLANCE_LOG_LEVEL: "warn",
      PARLANCE_ANSWER_TIMEOUT_MS: String(answerTimeoutMs),
      PARLANCE_REQUESTS_PER_MINUTE: "1000000",
    };
    cluster = await Cluster.start({ engines, folder, env });
    rest = new Rest(cluster.address, await cluster.key());
    const chatbotId = await create(pages[0]?.text ?? "");
    await trained(chatbotId);
    const [first] = pages[0]?.questions ?? [];
    const question = first?.question ?? "";
    asked = { chatbotId, question, answer: await rest.ask(chatbotId, question) };
  });
  afterAll(async () => {
    await cluster?.stop();
    if (engines !== undefined) await removeEngines(engines);
    await rm(folder, { recursive: true, force: true });
  });

  const create = async (sourceText: string) => {
    const body = { chatbotName: "Faults", sourceText };
    return (await rest.json<{ chatbotId: string }>("POST", "/create-chatbot", body)).chatbotId;
  };
  const trained = (chatbotId: string) =>
    until("the training has ended", async () => (await rest.progress(chatbotId).catch(() => 0)) === 100, patience);
  const conversations = async () => (await rest.json<{ total: number }>("GET", `/get-conversations/${asked.chatbotId}`)).total;

  /** Trains a chatbot, does harm in the middle of it, and looks whether everything is there in the end. */
  async function survive(harm: () => Promise<void>): Promise<Asked[]> {
    const before = await conversations();
    const chatbotId = await create(pages[0]?.text ?? "");
    for (const page of pages.slice(1)) await rest.json("POST", "/retrain-chatbot", { chatbotId, sourceText: page.text });
    const visitors = [1, 2, 3].map(() => new Visitor(rest, asked));
    expect(await rest.progress(chatbotId)).toBeLessThan(100);
    await harm();
    await trained(chatbotId);
    const again = () => rest.ask(asked.chatbotId, asked.question).catch(() => undefined);
    await until("visitors are answered again", again, patience);
    const all = (await Promise.all(visitors.map((visitor) => visitor.stop()))).flat();
    await expectWhole(chatbotId);
    const answered = all.filter(({ status }) => status === 200);
    expect(answered.length).toBeGreaterThan(0);
    expect(new Set(answered.map(({ text }) => text))).toEqual(new Set([asked.answer]));
    // The last question above is one more. What was answered is kept; what was not may be, when only the answer was lost.
    expect(await conversations()).toBeGreaterThanOrEqual(before + answered.length + 1);
    expect(all.filter(({ elapsedMs }) => elapsedMs > answerTimeoutMs + lastWordsMs)).toEqual([]);
    return all.filter(({ status }) => status !== 200);
  }

  async function expectWhole(chatbotId: string): Promise<void> {
    const questions = pages.flatMap((page) => page.questions.slice(0, 1));
    let held = 0;
    for (const { question, answer } of questions) if ((await rest.ask(chatbotId, question)).includes(answer)) held += 1;
    expect(held).toBeGreaterThanOrEqual(questions.length - 2);
    const body = { query: "Rookery membership classes warranty", count: 50 };
    const hits = await rest.json<{ snippet: string }[]>("POST", `/query-knowledge-base/${chatbotId}`, body);
    const snippets = hits.map((hit) => hit.snippet);
    expect(new Set(snippets).size, "no chunk is doubled").toBe(snippets.length);
    const status = await rest.json<{ failedSources: object[] }>("GET", `/chatbot/status/${chatbotId}`);
    expect(status.failedSources).toEqual([]);
  }

  it.each(["ingestion", "retrieval", "chat", "conversation", "account"] as const)("goes on without a %s", async (service) => {
    const [member] = cluster.of(service);
    const failed = await survive(async () => {
      await member?.end("SIGKILL");
      await member?.start();
    });
    expect(failed.filter((one) => !isOutage(one))).toEqual([]);
  });

  it("goes on when the gateway is back", async () => {
    const [gateway] = cluster.of("gateway");
    const failed = await survive(async () => {
      await gateway?.end("SIGKILL");
      await gateway?.start();
    });
    expect(failed.filter((one) => one.status !== 0 && !isOutage(one))).toEqual([]);
  });

  it.each(["Kafka", "Elasticsearch", "MongoDB"] as const)("goes on when %s is back", async (name) => {
    const engine = engines.get(name);
    const failed = await survive(async () => {
      await engine?.kill();
      await engine?.start();
    });
    expect(failed.filter((one) => !isOutage(one))).toEqual([]);
  });
});

/** An outage is told as one, with a time to come back, or as a deadline that has passed. */
function isOutage({ status, retryAfter }: Asked): boolean {
  return status === 504 || (status === 503 && retryAfter !== null);
}
