import { makeProse } from "./prose.ts";
import type { Row } from "./report.ts";
import { median, medianRatio, timed } from "./statistics.ts";
import { seededRandom } from "./synthetic.ts";
import type { Workspace } from "./workspace.ts";

const characters = 100_000;
const rounds = 3;

/** A training through the REST API against the embedder alone on the very texts that the training embedded. */
export async function benchTraining(workspace: Workspace): Promise<Row[]> {
  const { child, rest } = await workspace.parlance();
  const random = seededRandom(11);
  await child.call("record");
  const train = async (length: number) => {
    const before = child.cpuMs;
    const text = makeProse(length, random);
    const { ms } = await timed(async () => rest.trained(await rest.createChatbot(text)));
    return { ms, cpuMs: child.cpuMs - before };
  };
  const embed = async () => {
    const before = child.cpuMs;
    const { texts, ms } = await child.call<{ texts: number; ms: number }>("embedRecorded");
    return { texts, ms, cpuMs: child.cpuMs - before };
  };
  workspace.progress("loading the model");
  await train(20_000);
  await embed();
  const measured = { ours: [] as Measured[], reference: [] as Measured[] };
  for (let round = 1; round <= rounds; round++) {
    workspace.progress(`training ${round} of ${rounds}`);
    const trained = await train(characters);
    const embedded = await embed();
    const { texts } = embedded;
    measured.ours.push({ rate: texts / trained.ms, cpuMs: trained.cpuMs / texts, texts });
    measured.reference.push({ rate: texts / embedded.ms, cpuMs: embedded.cpuMs / texts, texts });
  }
  return [
    {
      benchmark: "training",
      name: `${characters.toLocaleString("en")} characters of text`,
      result: { value: medianRatio(measured, ({ rate }) => rate), of: "of the rate of the embedder alone" },
      aim: { atLeast: 0.9 },
      ours: { ...figuresOf(measured.ours), chunks: median(measured.ours.map(({ texts }) => texts)) },
      reference: { name: "the embedder alone on the same texts", figures: figuresOf(measured.reference) },
    },
  ];
}

interface Measured {
  /** Texts in a millisecond. */
  rate: number;
  cpuMs: number;
  texts: number;
}

function figuresOf(side: readonly Measured[]) {
  return {
    "chunks per second": median(side.map(({ rate }) => rate * 1_000)),
    "CPU ms each": median(side.map(({ cpuMs }) => cpuMs)),
  };
}
