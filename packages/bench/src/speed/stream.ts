import { Agent } from "node:http";
import type { Child } from "./child.ts";
import { timesToFirstToken, type StreamTarget } from "./first-token.ts";
import { chatBody } from "./rest-client.ts";
import type { Row } from "./report.ts";
import { measurePairs, median, percentile } from "./statistics.ts";
import type { Workspace } from "./workspace.ts";

interface Case {
  name: string;
  streams: number;
  /** Answers that each stream takes in a round. */
  each: number;
  rounds: number;
  /** Time that the model takes for each token; 0: all at once. */
  tokenMs: number;
  /** Between two answers of a stream: what Parlance still does after an answer must not count as the next one's wait. */
  pauseMs: number;
  aim?: { atMost: number };
}

const cases: readonly Case[] = [
  {
    name: "1 stream, a model that answers at once, a pause between answers",
    streams: 1,
    each: 25,
    rounds: 10,
    tokenMs: 0,
    pauseMs: 20,
    aim: { atMost: 1 },
  },
  {
    name: "10 streams, a model that takes 10 ms for each token",
    streams: 10,
    each: 3,
    rounds: 8,
    tokenMs: 10,
    pauseMs: 0,
    aim: { atMost: 3 },
  },
  { name: "10 streams, a model that answers at once", streams: 10, each: 10, rounds: 6, tokenMs: 0, pauseMs: 0 },
];

/** Time to the first token of a streamed chat through Parlance against the same model server called directly. No retrieval takes part. */
export async function benchStream(workspace: Workspace): Promise<Row[]> {
  const model = await workspace.model();
  const { child, rest } = await workspace.parlance({
    PARLANCE_MODEL_URL: model.baseUrl,
    PARLANCE_EMBEDDINGS_URL: model.baseUrl,
    PARLANCE_EMBEDDINGS_DIMENSION: "64",
  });
  const chatbotId = await rest.createChatbot();
  await rest.trained(chatbotId);
  await rest.json("POST", "/update-chatbot-settings", { chatbotId, ignoreDataSource: true });
  const agent = new Agent({ keepAlive: true });
  workspace.atEnd(async () => agent.destroy());
  const question = "How long does a parcel to the islands take?";
  const ours: StreamTarget = {
    url: `${rest.url}/api/v2/chat`,
    headers: { authorization: `Bearer ${rest.key}` },
    body: { ...chatBody(chatbotId, question), stream: true },
    hasText: (bytes) => bytes !== "",
  };
  const reference: StreamTarget = {
    url: `${model.baseUrl}/chat/completions`,
    body: { model: "any", stream: true, messages: [{ role: "user", content: question }] },
    hasText: (bytes) => bytes.includes('"content":"P'),
  };
  const least: StreamTarget = {
    ...ours,
    url: (await workspace.leastChat(model.baseUrl)).url,
  };
  workspace.progress("warming up");
  await warmUp([ours, reference, least], agent);
  const rows: Row[] = [];
  for (const one of cases) {
    workspace.progress(one.name);
    rows.push(await measureCase(one, { ours, reference, least, agent, model: model.child, parlance: child }));
  }
  return rows;
}

/** The first thousand answers are made by code that is not compiled yet. */
async function warmUp(targets: readonly StreamTarget[], agent: Agent): Promise<void> {
  for (const target of targets) {
    const until = performance.now() + 25_000;
    for (let answers = 0; answers < 1_500 && performance.now() < until; answers += 50)
      await timesToFirstToken(target, { streams: 5, each: 10, pauseMs: 0, agent });
  }
}

interface Targets {
  ours: StreamTarget;
  reference: StreamTarget;
  least: StreamTarget;
  agent: Agent;
  model: Child;
  parlance: Child;
}

async function measureCase(one: Case, { ours, reference, least, agent, model, parlance }: Targets): Promise<Row> {
  const { streams, each, rounds, tokenMs, pauseMs } = one;
  const answers = streams * each;
  const round = async (target: StreamTarget) => {
    await model.call("pace", { count: tokenMs === 0 ? 0 : answers, delayMs: tokenMs });
    const before = parlance.cpuMs;
    const times = await timesToFirstToken(target, { streams, each, pauseMs, agent });
    return { first: median(times), p99: percentile(times, 99), cpuMs: (parlance.cpuMs - before) / answers };
  };
  const measured = await measurePairs(rounds, {
    ours: () => round(ours),
    reference: () => round(reference),
    least: () => round(least),
  });
  const addedBy = (side: typeof measured.ours) =>
    median(side.map(({ first }, index) => first - (measured.reference[index]?.first ?? Number.NaN)));
  const of = (side: typeof measured.ours) => ({
    "ms to the first token": median(side.map(({ first }) => first)),
    "ms at p99": median(side.map(({ p99 }) => p99)),
  });
  return {
    benchmark: "stream",
    name: one.name,
    result: { value: addedBy(measured.ours), of: "ms added to the first token" },
    ...(one.aim !== undefined && { aim: one.aim }),
    ours: { ...of(measured.ours), "CPU ms each": median(measured.ours.map(({ cpuMs }) => cpuMs)) },
    reference: { name: "the model server called directly", figures: of(measured.reference) },
    least: { name: "express that passes on the same answer by the provider's client", value: addedBy(measured.least) },
  };
}
