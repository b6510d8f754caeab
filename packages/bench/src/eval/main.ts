import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createLogger } from "@parlance/platform";
import { run } from "@parlance/runtime";
import { allServices } from "@parlance/standalone";
import { ParlanceClient } from "./client.ts";
import { evaluate, type Report } from "./evaluate.ts";
import { readQuestionSets } from "./questions.ts";

const usage = `Measures retrieval, answers and refusals on judged questions.

  npm run eval -- [FOLDER] [--language en,de] [--every N] [--json]

FOLDER holds one SQuAD file for each language, such as en.json. Without it, the invented handbook of packages/testkit is used.
--every N asks every N-th question only. A server of its own is started, in a folder that is removed afterwards.`;

const handbook = fileURLToPath(import.meta.resolve("@parlance/testkit/handbook"));

/** The command `npm run eval`. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      language: { type: "string" },
      every: { type: "string", default: "1" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const wanted = values.language?.split(",");
  const sets = (await readQuestionSets(positionals[0] ?? join(handbook, ".."))).filter(
    (set) => wanted?.includes(set.language) ?? true,
  );
  if (sets.length === 0) throw new Error("the folder holds no question set of this name");
  const every = Math.max(1, Number.parseInt(values.every, 10) || 1);
  const dataDir = await mkdtemp(join(tmpdir(), "parlance-eval-"));
  const running = await run(allServices, {
    env: { PARLANCE_PORT: "0", PARLANCE_DATA_DIR: dataDir, PARLANCE_REQUESTS_PER_MINUTE: "1000000" },
    log: createLogger({ service: "eval", level: "error" }),
  });
  try {
    const key = (await readFile(join(dataDir, "api-key"), "utf8")).trim();
    const client = new ParlanceClient({ url: running.httpAddress ?? "", key });
    const reports: Report[] = [];
    for (const set of sets) {
      const report = await evaluate(set, { client, every, progress });
      reports.push(report);
      if (!values.json) print(report);
    }
    if (values.json) console.log(JSON.stringify(reports, undefined, 2));
  } finally {
    await running.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** One line that is written over on a terminal, and nothing elsewhere. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function print(report: Report): void {
  progress("");
  const share = (value: number) => value.toFixed(3);
  console.log(`${report.language}: ${report.paragraphs} paragraphs, ${report.questions} questions
  retrieval   hit@1 ${share(report.hitAt1)}  hit@5 ${share(report.hitAt5)}  nDCG@10 ${share(report.ndcgAt10)}
  misspelt    hit@1 with one typo ${share(report.hitAt1OneTypo)}, with two ${share(report.hitAt1TwoTypos)}
  answers     answered ${share(report.answered)}, hold the span ${share(report.holdsSpan)}, words ${report.words.toFixed(1)}
  refused     far ${share(report.farRefused)}, near ${share(report.nearRefused)}
  training    ${report.passagesPerSecond.toFixed(1)} passages a second`);
}

await main();
