import { account } from "@parlance/account";
import { chat } from "@parlance/chat";
import { topics, type Topic } from "@parlance/contracts";
import { conversation } from "@parlance/conversation";
import { ingestion } from "@parlance/ingestion";
import type { BusEvent } from "@parlance/ports";
import { retrieval } from "@parlance/retrieval";
import { startTestProcess, until, type TestProcess } from "@parlance/testkit";
import { startOpenAiServer } from "@parlance/testkit/openai-server";
import { expect, it } from "vitest";

const dimension = 64;
const copies = 10;

it(
  "what was done of events stays as it is when each of them comes ten times more, in any order",
  { timeout: 120_000 },
  async () => {
    const embeddings = await startOpenAiServer({ dimension });
    await using parlance = await startTestProcess([account, chat, conversation, ingestion, retrieval], {
      env: {
        PARLANCE_EMBEDDINGS_URL: embeddings.baseUrl,
        PARLANCE_EMBEDDINGS_DIMENSION: `${dimension}`,
        PARLANCE_METRICS_PORT: "0",
        PARLANCE_DEFAULT_PLAN: "standard",
      },
    });
    const { clients } = parlance;
    const seen: BusEvent[] = [];
    const collector = await parlance.running.ports.events.subscribe({
      group: "test.repeated",
      topics: Object.keys(topics),
      handle: async (event) => void seen.push(event),
    });

    const { user } = await clients.account.createUser({ email: "owner@example.com" });
    const as = parlance.as(user?.userId ?? "");
    const [kept, deleted] = [await newChatbot(parlance, as), await newChatbot(parlance, as)];
    const first = await clients.ingestion.startJob({ chatbotId: kept, text: "The shop is open from nine until six." }, as);
    await clients.ingestion.startJob({ chatbotId: deleted, text: "Nobody will know this." }, as);
    await untilTrained(parlance, kept, as);
    await untilTrained(parlance, deleted, as);
    const messages = [{ role: "user", content: "When is the shop open?" }];
    await Array.fromAsync(clients.answering.answer({ chatbotId: kept, messages }, as));
    await clients.ingestion.startJob({ chatbotId: kept, text: "Parcels take two days.", deletes: [{ type: "text" }] }, as);
    await untilTrained(parlance, kept, as);
    await clients.chatbots.deleteChatbot({ chatbotId: deleted }, as);
    const once = await untilQuiet(parlance, () => seen.length);

    const before = await stateOf(parlance, { kept, deleted, jobId: first.jobId, as });
    const repeated = shuffled(Array.from({ length: copies }, () => [...seen]).flat());
    await parlance.running.ports.events.publish(repeated);
    await until("all are handled again", async () => (await handled(parlance)) >= once * (copies + 1), { timeoutMs: 60_000 });
    expect(await stateOf(parlance, { kept, deleted, jobId: first.jobId, as })).toEqual(before);
    expect(new Set(seen.map(({ topic }) => topic as Topic)).size).toBeGreaterThanOrEqual(6);
    await collector.stop();
    await embeddings.close();
  },
);

async function newChatbot({ clients }: TestProcess, as: object): Promise<string> {
  return (await clients.chatbots.createChatbot({ chatbotName: "Shop" }, as)).chatbotId;
}

async function untilTrained({ clients }: TestProcess, chatbotId: string, as: object): Promise<void> {
  await until("the training has ended", async () => {
    const { progress, jobs } = await clients.ingestion.getTrainingStatus({ chatbotId }, as);
    return progress === 100 && jobs.length > 0;
  });
}

/** All that an owner can see, and the index can tell. */
async function stateOf(
  { clients }: TestProcess,
  { kept, deleted, as }: { kept: string; deleted: string; jobId: string; as: object },
) {
  const search = async (chatbotId: string) =>
    (await clients.retrieval.search({ chatbotId, query: "shop parcels", limit: 50 }, as)).hits;
  return {
    account: await clients.account.getAccount({}, as),
    training: await clients.ingestion.getTrainingStatus({ chatbotId: kept }, as),
    sources: await clients.ingestion.listSources({ chatbotId: kept }, as),
    conversations: await clients.conversation.listConversations({ chatbotId: kept, pageSize: 50 }, as),
    hits: await search(kept),
    hitsOfDeleted: await search(deleted),
  };
}

/** How often handlers were called with success, the collector left out. */
async function handled({ running }: TestProcess): Promise<number> {
  const page = await (await fetch(running.metricsAddress ?? "")).text();
  const counts = [...page.matchAll(/^parlance_events_handled_total\{.*outcome="(\w+)".*\} (\d+)$/gm)];
  expect(counts.map(([, outcome]) => outcome).filter((outcome) => outcome !== "handled")).toEqual([]);
  return counts.reduce((sum, [, , count]) => sum + Number(count), 0);
}

/** Waits until nothing has been handled or collected for a while, and gives how often something was handled. */
async function untilQuiet(parlance: TestProcess, collected: () => number): Promise<number> {
  let last = -1;
  let rounds = 0;
  return until("all events are handled", async () => {
    const now = (await handled(parlance)) * 1_000 + collected();
    rounds = now === last ? rounds + 1 : 0;
    last = now;
    return rounds >= 20 && handled(parlance);
  });
}

function shuffled<T>(items: readonly T[]): T[] {
  const order = items.map((item) => ({ item, at: Math.random() }));
  return order.sort((a, b) => a.at - b.at).map(({ item }) => item);
}
