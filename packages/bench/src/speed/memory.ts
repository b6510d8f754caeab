import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { usageOfTree, type TreeUsage } from "./process-tree.ts";
import { makeProse } from "./prose.ts";
import type { Row } from "./report.ts";
import { RestClient } from "./rest-client.ts";
import { startServerProgram } from "./server-program.ts";
import { bareExpress, standalone } from "./start.ts";
import { seededRandom } from "./synthetic.ts";
import { standardEnv, type Workspace } from "./workspace.ts";

const watchedMs = 12_000;

/** Resident memory of the real program with all its processes, after it has answered a question and while it trains. */
export async function benchMemory(workspace: Workspace): Promise<Row[]> {
  const bare = await startServerProgram({
    ...standalone,
    args: [bareExpress],
    env: {},
  });
  workspace.atEnd(() => bare.stop());
  const dataDir = await workspace.folder();
  // As `npm start` and the image have it.
  const env = { ...standardEnv, MALLOC_ARENA_MAX: "2", PARLANCE_DATA_DIR: dataDir };
  const program = await startServerProgram({ ...standalone, env });
  workspace.atEnd(() => program.stop());
  const rest = new RestClient({ url: program.url, key: (await readFile(join(dataDir, "api-key"), "utf8")).trim() });
  workspace.atEnd(async () => rest.close());

  workspace.progress("loading the model");
  const chatbotId = await rest.createChatbot();
  await rest.trained(chatbotId);
  // The question is embedded, so the model is loaded when it is answered.
  await rest.json("POST", `/query-knowledge-base/${chatbotId}`, { query: "How long does a parcel take?" });
  await settle();
  const idle = usageOfTree(program.pid);
  const reference = { name: "a bare express", figures: figuresOf(usageOfTree(bare.pid)) };

  workspace.progress("training");
  await rest.createChatbot(makeProse(2_000_000, seededRandom(5)));
  const training = await highest(program.pid);
  return [
    { name: "idle", usage: idle },
    { name: "under training, at its highest", usage: training },
  ].map(({ name, usage }) => ({
    benchmark: "memory",
    name,
    result: { value: usage.proportionalMb ?? usage.residentMb, of: "MB resident" },
    ours: figuresOf(usage),
    reference,
  }));
}

function figuresOf({ residentMb, proportionalMb, processes }: TreeUsage) {
  return {
    ...(proportionalMb !== undefined && { "MB with shared pages once": proportionalMb }),
    "MB with shared pages in each process": residentMb,
    processes,
  };
}

async function highest(pid: number): Promise<TreeUsage> {
  const until = performance.now() + watchedMs;
  let top = usageOfTree(pid);
  while (performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 400));
    const now = usageOfTree(pid);
    if ((now.proportionalMb ?? now.residentMb) > (top.proportionalMb ?? top.residentMb)) top = now;
  }
  return top;
}

/** Garbage of the start is collected by then, if it is at all. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 3_000));
}
