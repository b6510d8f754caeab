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

/** From starting the program to its first 200 on /readyz, on a data folder and a compile cache that were there before. */
export async function benchStart(workspace: Workspace): Promise<Row[]> {
  const echo = {
    command: process.execPath,
    args: [fileURLToPath(new URL("./bare-express-worker.ts", import.meta.url))],
    cwd: root,
    readyPath: "/readyz",
  };
  const rows: Row[] = [];
  for (const { name, program, aim } of [
    { name: "node services/standalone/src/main.ts", program: standalone, aim: { atMost: 1_000 } },
    { name: "npm start", program: { ...standalone, command: "npm", args: ["start", "--silent"] }, aim: undefined },
  ]) {
    const env = { PARLANCE_DATA_DIR: await workspace.folder(), PARLANCE_LOG_LEVEL: "silent" };
    workspace.progress(`starting ${name}`);
    const ours = () => startAndStop(workspace, { ...program, env });
    const reference = () => startAndStop(workspace, { ...echo, env: {} });
    const first = await ours();
    await reference();
    const measured = await measurePairs(rounds, { ours, reference });
    const startMs = median(measured.ours.map(({ ms }) => ms));
    rows.push({
      benchmark: "start",
      name: `${name}, from the second start on`,
      result: { value: startMs, of: "ms from start to ready" },
      ...(aim !== undefined && { aim }),
      ours: {
        "CPU ms": median(measured.ours.map(({ cpuMs }) => cpuMs)),
        "ms at best": Math.min(...measured.ours.map(({ ms }) => ms)),
        "ms for the first start": first.ms,
        "of the time of the reference": medianRatio(measured, ({ ms }) => ms),
      },
      reference: {
        name: "a bare express",
        figures: {
          ms: median(measured.reference.map(({ ms }) => ms)),
          "CPU ms": median(measured.reference.map(({ cpuMs }) => cpuMs)),
        },
      },
    });
  }
  return rows;
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
