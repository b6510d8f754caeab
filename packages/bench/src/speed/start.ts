import { fileURLToPath } from "node:url";
import { usageOfTree } from "./process-tree.ts";
import { startServerProgram, type ServerProgramOptions } from "./server-program.ts";
import type { Row } from "./report.ts";
import { measurePairs, median, medianRatio } from "./statistics.ts";
import type { Workspace } from "./workspace.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const rounds = 5;

/** The real program as an operator starts it. */
export const standalone = {
  command: process.execPath,
  args: [`${root}services/standalone/src/main.ts`],
  cwd: root,
  readyPath: "/readyz",
};

/** The least that serves HTTP with express. */
export const bareExpress = fileURLToPath(new URL("./bare-express-worker.ts", import.meta.url));

/** From starting the program to its first 200 on /readyz, on a data folder and a compile cache that were there before. */
export async function benchStart(workspace: Workspace): Promise<Row[]> {
  const row = await measureStarts(workspace, "node services/standalone/src/main.ts", standalone);
  return [{ ...row, aim: { atMost: 1_000 } }];
}

/** The same by the command that a user types, which first looks whether everything is installed. */
export async function benchNpmStart(workspace: Workspace): Promise<Row[]> {
  return [await measureStarts(workspace, "npm start", { ...standalone, command: "npm", args: ["start", "--silent"] })];
}

async function measureStarts(workspace: Workspace, name: string, program: Omit<ServerProgramOptions, "env">): Promise<Row> {
  const bare = { ...standalone, args: [bareExpress], env: {} };
  const env = { PARLANCE_DATA_DIR: await workspace.folder(), PARLANCE_LOG_LEVEL: "silent" };
  workspace.progress(`starting ${name}`);
  const ours = () => startAndStop(workspace, { ...program, env });
  const reference = () => startAndStop(workspace, bare);
  const first = await ours();
  await reference();
  const measured = await measurePairs(rounds, { ours, reference });
  const figures = (side: readonly Started[]) => ({
    "CPU ms": median(side.map(({ cpuMs }) => cpuMs)),
    "ms at best": Math.min(...side.map(({ ms }) => ms)),
    "ms at p50": median(side.map(({ ms }) => ms)),
  });
  return {
    benchmark: "start",
    name: `${name}, from the second start on`,
    result: { value: median(measured.ours.map(({ ms }) => ms)), of: "ms from start to ready" },
    ours: {
      ...figures(measured.ours),
      "ms for the first start": first.ms,
      "of the time of the reference": medianRatio(measured, ({ ms }) => ms),
      "of its CPU time": medianRatio(measured, ({ cpuMs }) => cpuMs),
    },
    reference: { name: "a bare express", figures: figures(measured.reference) },
  };
}

interface Started {
  ms: number;
  /** Of the program and all its processes until then. */
  cpuMs: number;
}

async function startAndStop(workspace: Workspace, options: ServerProgramOptions): Promise<Started> {
  const program = await startServerProgram(options);
  workspace.atEnd(() => program.stop());
  const { cpuMs } = usageOfTree(program.pid);
  await program.stop();
  return { ms: program.startMs, cpuMs };
}
