import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeEngines, startEngines, type EngineName, type Engines } from "@parlance/engines";
import { Cluster, readHandbook, until, type Member } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Rest } from "../_rest.ts";
import { editionsIn, parcelFacts, parcelFactsIn, parcelQuestion, priceList } from "./_price-list.ts";
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
  let prices: { chatbotId: string; edition: number };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlance-faults-"));
    engines = await startEngines();
    const env = {
      PARLANCE_LOG_LEVEL: "warn",
      PARLANCE_ANSWER_TIMEOUT_MS: String(answerTimeoutMs),
      PARLANCE_REQUESTS_PER_MINUTE: "1000000",
      // Few, so that the index is asked when a question comes again after some others.
      PARLANCE_RETRIEVAL_CACHE_ENTRIES: "4",
    };
    cluster = await Cluster.start({ engines, folder, env });
    rest = new Rest(cluster.address, await cluster.key());
    const chatbotId = await create({ sourceText: pages[0]?.text });
    prices = { chatbotId: await create(priceList(1)), edition: 1 };
    await Promise.all([trained(chatbotId), trained(prices.chatbotId)]);
    const [first] = pages[0]?.questions ?? [];
    const question = first?.question ?? "";
    asked = { chatbotId, question, answer: await rest.ask(chatbotId, question) };
  });
  afterAll(async () => {
    await cluster?.stop();
    if (engines !== undefined) await removeEngines(engines);
    await rm(folder, { recursive: true, force: true });
  });

  const create = async (sources: object) => {
    const body = { chatbotName: "Faults", ...sources };
    return (await rest.json<{ chatbotId: string }>("POST", "/create-chatbot", body)).chatbotId;
  };
  const trained = (chatbotId: string) =>
    until("the training has ended", async () => (await rest.progress(chatbotId).catch(() => 0)) === 100, patience);
  const conversations = async () => (await rest.json<{ total: number }>("GET", `/get-conversations/${asked.chatbotId}`)).total;

  /** Trains a chatbot, does harm in the middle of it, and looks whether everything is there in the end. */
  async function survive(harm: () => Promise<void>): Promise<Asked[]> {
    const before = await conversations();
    const chatbotId = await create({ sourceText: pages[0]?.text });
    for (const page of pages.slice(1)) await rest.json("POST", "/retrain-chatbot", { chatbotId, sourceText: page.text });
    const messages = [{ role: "user", content: asked.question }];
    const visit = () => new Visitor(() => rest.send("POST", "/chat", { chatbotId: asked.chatbotId, messages }));
    const visitors = [1, 2, 3].map(visit);
    expect(await rest.progress(chatbotId)).toBeLessThan(100);
    await harm();
    await trained(chatbotId);
    const again = () => rest.ask(asked.chatbotId, asked.question).catch(() => undefined);
    await until("visitors are answered again", again, patience);
    const all = (await Promise.all(visitors.map((visitor) => visitor.stop()))).flat();
    await expectWhole(chatbotId);
    const answered = answersOf(all);
    expect(answered.length).toBeGreaterThan(0);
    expect(new Set(answered)).toEqual(new Set([asked.answer]));
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

  /** Replaces all that a chatbot knows, does harm in the middle of it, and gives what became of each visitor's questions, in order. */
  async function replaceDespite(
    harm: () => Promise<void>,
  ): Promise<{ chats: (readonly Asked[])[]; queries: (readonly Asked[])[] }> {
    const { chatbotId } = prices;
    const chat = (content: string) => rest.send("POST", "/chat", { chatbotId, messages: [{ role: "user", content }] });
    const query = (text: string) => rest.send("POST", `/query-knowledge-base/${chatbotId}`, { query: text, count: 50 });
    const visit = (ask: typeof chat) => [0, 10].map((from) => new Visitor((turn) => ask(parcelQuestion(from + turn))));
    const [chats, queries] = [visit(chat), visit(query)];
    const all = [...chats, ...queries];
    const isTold = (edition: number) => () => all.every(({ asked: told }) => told.at(-1)?.text.includes(`edition ${edition}`));
    await until("every visitor is told of the old edition", isTold(prices.edition), patience);
    prices.edition += 1;
    await rest.json("POST", "/retrain-chatbot", { chatbotId, ...priceList(prices.edition) });
    const begun = async () => {
      const progress = await rest.progress(chatbotId);
      return progress >= 20 && progress;
    };
    expect(await until("a part is indexed", begun, patience), "the harm falls into the training").toBeLessThan(80);
    await harm();
    await trained(chatbotId);
    await until("every visitor is told of the new edition", isTold(prices.edition), patience);
    const ended = (visitors: Visitor[]) => Promise.all(visitors.map((visitor) => visitor.stop()));
    return { chats: await ended(chats), queries: await ended(queries) };
  }

  const serviceNames: readonly Member["service"][] = ["ingestion", "retrieval", "chat", "conversation", "account", "gateway"];
  const engineNames: readonly EngineName[] = ["Kafka", "Elasticsearch", "MongoDB"];
  const harms = [
    ...serviceNames.map((name) => {
      const harm = async () => {
        const [member] = cluster.of(name);
        await member?.end("SIGKILL");
        await member?.start();
      };
      return { name, harm };
    }),
    ...engineNames.map((name) => {
      const harm = async () => {
        await engines.get(name)?.kill();
        await engines.get(name)?.start();
      };
      return { name, harm };
    }),
  ];
  /** Nobody answers in the place of the only gateway. */
  const isExpected = (name: string, one: Asked) => isOutage(one) || (name === "gateway" && one.status === 0);

  it.each(harms)("goes on when $name is killed and started again", async ({ name, harm }) => {
    const failed = await survive(harm);
    expect(failed.filter((one) => !isExpected(name, one))).toEqual([]);
  });

  it.each(harms)("tells of the old knowledge or of the new, never of both, when $name is killed", async ({ name, harm }) => {
    const { chats, queries } = await replaceDespite(harm);
    for (const all of [...chats, ...queries]) {
      const told = answersOf(all).map(editionsIn);
      const changes = told.filter((edition, i) => edition !== told[i - 1]);
      expect(changes).toEqual([`edition ${prices.edition - 1}`, `edition ${prices.edition}`]);
      expect(all.filter((one) => one.status !== 200 && !isExpected(name, one))).toEqual([]);
    }
    const answers = chats.flatMap(answersOf);
    expect(
      answers.filter((text) => !(text.includes(" costs ") && text.includes(" takes "))),
      "a price and a time",
    ).toEqual([]);
    const counts = queries.flatMap(answersOf).map(parcelFactsIn);
    expect(new Set(counts), "nothing is missing, nothing doubled").toEqual(new Set([parcelFacts]));
  });
});

function answersOf(all: readonly Asked[]): string[] {
  return all.filter(({ status }) => status === 200).map(({ text }) => text);
}

/** An outage is told as one, with a time to come back, or as a deadline that has passed. */
function isOutage({ status, retryAfter }: Asked): boolean {
  return status === 503 && retryAfter !== null;
}
