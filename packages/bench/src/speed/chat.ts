import type { Child } from "./child.ts";
import type { Row } from "./report.ts";
import type { RestClient } from "./rest-client.ts";
import { measurePairs, median, medianRatio, sum, timed } from "./statistics.ts";
import type { Workspace } from "./workspace.ts";

const chunks = 20_000;
const perBlock = 6;
const blocks = 12;
/** Until the code that answers is compiled. */
const warmUpBlocks = 5;

/** A whole answer with retrieval over 20,000 chunks, by REST, against its parts called one after the other in the same process. */
export async function benchChat(workspace: Workspace): Promise<Row[]> {
  const model = await workspace.model();
  // Invented words are of no language, so that only a model that takes every question for English reads these as it.
  const { child, rest } = await workspace.parlance({ PARLANCE_MODEL_URL: model.baseUrl, PARLANCE_EMBEDDINGS_URL: "local:english" });
  const chatbotId = await rest.createChatbot();
  await rest.trained(chatbotId);
  workspace.progress(`putting ${chunks} chunks into the index`);
  // No question comes twice, because answers to the same question are remembered.
  const count = (blocks + warmUpBlocks) * perBlock * 2;
  const questions = await child.call<string[]>("fill", { chatbotId, chunks, questions: count });
  workspace.progress("asking");
  return [await measureAnswers({ child, rest, chatbotId, questions })];
}

interface Asked {
  child: Child;
  rest: RestClient;
  chatbotId: string;
  questions: string[];
}

/** Some questions, one after the other. */
interface Block {
  /** Median of the questions. */
  ms: number;
  /** Of one question. */
  cpuMs: number;
  parts?: PartTimes[];
}

interface PartTimes {
  embedMs: number;
  searchMs: number;
  modelMs: number;
}

async function measureAnswers(asked: Asked): Promise<Row> {
  const ours = () => askBlock(asked);
  const reference = () => runParts(asked);
  for (let index = 0; index < warmUpBlocks; index++) {
    await ours();
    await reference();
  }
  const measured = await measurePairs(blocks, { ours, reference });
  const parts = measured.reference.flatMap((block) => block.parts ?? []);
  const of = (side: readonly Block[]) => ({
    ms: median(side.map(({ ms }) => ms)),
    "CPU ms each": median(side.map(({ cpuMs }) => cpuMs)),
  });
  return {
    benchmark: "chat",
    name: `an answer with retrieval over ${chunks.toLocaleString("en")} chunks`,
    result: { value: medianRatio(measured, ({ ms }) => ms), of: "of the time of its parts" },
    aim: { atMost: 1.15 },
    ours: { ...of(measured.ours), "of the CPU time of its parts": medianRatio(measured, ({ cpuMs }) => cpuMs) },
    reference: {
      name: "embed the question + search the index + ask the model",
      figures: {
        ...of(measured.reference),
        "ms embed": median(parts.map(({ embedMs }) => embedMs)),
        "ms search": median(parts.map(({ searchMs }) => searchMs)),
        "ms model": median(parts.map(({ modelMs }) => modelMs)),
      },
    },
  };
}

async function askBlock({ child, rest, chatbotId, questions }: Asked): Promise<Block> {
  const before = child.cpuMs;
  const times: number[] = [];
  for (const question of questions.splice(0, perBlock)) times.push((await timed(() => rest.ask(chatbotId, question))).ms);
  return { ms: median(times), cpuMs: (child.cpuMs - before) / perBlock };
}

async function runParts({ child, chatbotId, questions }: Asked): Promise<Block> {
  const before = child.cpuMs;
  const parts = await child.call<PartTimes[]>("parts", { chatbotId, questions: questions.splice(0, perBlock) });
  return { ms: median(parts.map((part) => sum(Object.values(part)))), cpuMs: (child.cpuMs - before) / perBlock, parts };
}
