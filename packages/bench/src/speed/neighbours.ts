import { readHandbook } from "@parlance/testkit";
import type { Child } from "./child.ts";
import { makeProse } from "./prose.ts";
import type { RestClient } from "./rest-client.ts";
import type { Row } from "./report.ts";
import { median, percentile, timed } from "./statistics.ts";
import { seededRandom } from "./synthetic.ts";
import type { Workspace } from "./workspace.ts";

const rounds = 3;
const questionsEach = 100;
/** More than is trained in the time that the questions take. */
const characters = 3_000_000;

/** Answers of one chatbot while another is trained on a large text, against the same without that training. The default models. */
export async function benchNeighbours(workspace: Workspace): Promise<Row[]> {
  const { child, rest } = await workspace.parlance();
  const handbook = readHandbook();
  const chatbotId = await rest.createChatbot(handbook.map(({ text }) => text).join("\n\n"));
  workspace.progress("training the handbook");
  await rest.trained(chatbotId);
  const questions = handbook.flatMap((page) => page.questions.map(({ question }) => question));
  let asked = 0;
  const ask = async (count: number) => {
    const before = child.cpuMs;
    const times: number[] = [];
    for (let index = 0; index < count; index++) {
      // The number makes it a question that was never asked.
      const question = `${questions[asked % questions.length] ?? ""} (${asked++})`;
      times.push((await timed(() => rest.ask(chatbotId, question))).ms);
    }
    return { times, cpuMs: child.cpuMs - before };
  };
  await ask(40);
  const alone: number[] = [];
  const beside: number[] = [];
  let aloneCpuMs = 0;
  for (let round = 1; round <= rounds; round++) {
    workspace.progress(`asking without and with a training beside it, ${round} of ${rounds}`);
    const quiet = await ask(questionsEach);
    alone.push(...quiet.times);
    aloneCpuMs += quiet.cpuMs;
    beside.push(...(await besideTraining(rest, { round, ask: () => ask(questionsEach) })));
    await untilQuiet(child);
  }
  const ratio = (percent: number) => percentile(beside, percent) / percentile(alone, percent);
  const of = (times: readonly number[]) => ({ "ms at p50": median(times), "ms at p99": percentile(times, 99) });
  return [
    {
      benchmark: "neighbours",
      name: `answers during a large training; ${rounds * questionsEach} of each kind`,
      result: { value: ratio(99), of: "of the time without a training, at p99" },
      aim: { atMost: 1.5 },
      ours: { ...of(beside), "of p50": ratio(50) },
      reference: {
        name: "the same questions without a training",
        figures: { ...of(alone), "CPU ms each": aloneCpuMs / alone.length },
      },
    },
  ];
}

async function besideTraining(
  rest: RestClient,
  { round, ask }: { round: number; ask: () => Promise<{ times: number[] }> },
): Promise<number[]> {
  const other = await rest.createChatbot(makeProse(characters, seededRandom(round)));
  // The first batches are under way: from here on the training takes what it can get.
  for (let progress = 0; progress < 1;) {
    progress = (await rest.json<{ progress: number }>("GET", `/chatbot/status/${other}`)).progress;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { times } = await ask();
  const { progress } = await rest.json<{ progress: number }>("GET", `/chatbot/status/${other}`);
  if (progress === 100) throw new Error("the training ended before the questions did");
  await rest.deleteChatbot(other);
  return times;
}

/** What was under way when a chatbot was deleted ends on its own; then the program takes no CPU time any more. */
async function untilQuiet(child: Child): Promise<void> {
  for (let looks = 0; looks < 60; looks++) {
    const before = child.cpuMs;
    await new Promise((resolve) => setTimeout(resolve, 500));
    if (child.cpuMs - before < 50) return;
  }
}
