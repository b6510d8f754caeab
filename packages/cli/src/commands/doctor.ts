import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "@parlance/platform";
import { isStoreError } from "@parlance/ports";
import { CliError } from "../cli-error.ts";
import type { Call, Command } from "../command.ts";
import { isThere } from "../is-there.ts";
import { printable } from "../table.ts";

/** The longest that a call may take. */
const timeoutMs = 3_600_000;

export const doctor: Command = {
  name: "doctor",
  summary: "Compare stores, index and files, and mend them",
  options: { repair: { description: "mend what can be mended without losing anything" } },
  notes: `On a stopped Parlance everything is examined; of a running one, what can be while it works. What nobody refers to is
never deleted, but put into the folder set-aside of the data folder. Where services run by themselves, the process that --rpc-url names
examines its own: ingestion compares what was trained with the index.`,
  run: async (call) => {
    const isRunning = isElsewhere(call) || (await inUse(call));
    const findings = isRunning ? await examineRunning(call) : await examineStopped(call);
    const open = findings.filter(({ mended }) => !mended).length;
    const own = `The process at ${call.connection.rpcUrl} has examined what is its own.\n`;
    const here = isRunning ? "Parlance is running: files that nobody refers to are compared when it is stopped.\n" : "";
    const where = isElsewhere(call) ? own : here;
    const text = `${findings.map(describe).join("")}${where}${summary(findings.length, open)}`;
    return { json: { running: isRunning, findings }, text, failed: open > 0 };
  },
};

/** An address says which process to ask, where no folder here holds its data. */
function isElsewhere({ connection: { dataDir, isRpcUrlGiven } }: Call): boolean {
  return isRpcUrlGiven && !existsSync(join(dataDir, "format.json"));
}

/** @throws CliError when there is no data folder, or one of which the stores lie on servers */
export async function inUse({ connection: { dataDir } }: Call): Promise<boolean> {
  if (!isThere(dataDir)) throw new CliError(`There is no data folder ${dataDir}: name it with --data`);
  if (!isThere(join(dataDir, "format.json")))
    throw new CliError(
      `${dataDir} does not hold the data of a Parlance: name the folder that does with --data; what lies on servers is copied and examined by their own means`,
    );
  const { isDataDirectoryInUse } = await import("@parlance/runtime");
  return isDataDirectoryInUse(dataDir);
}

/** The data folder of a Parlance that is stopped, locked until it is closed. */
export async function openStopped({ connection: { dataDir }, env }: Call) {
  const [{ openAtRest }, { allServices }] = await Promise.all([import("@parlance/runtime"), import("@parlance/standalone")]);
  return openAtRest(allServices, { env: { ...env, PARLANCE_DATA_DIR: dataDir } });
}

async function examineRunning(call: Call): Promise<Finding[]> {
  const findings: Finding[] = [];
  const request = { repair: call.flag("repair") };
  const answers = call.connection.operations().examine(request, { timeoutMs, signal: call.signal });
  for await (const { finding } of answers) {
    if (finding === undefined) continue;
    const { check, subject, problem, remedy, mended } = finding;
    findings.push({ check, subject, problem, remedy, mended });
  }
  return findings;
}

async function examineStopped(call: Call): Promise<Finding[]> {
  let stopped: Awaited<ReturnType<typeof openStopped>>;
  try {
    stopped = await openStopped(call);
  } catch (error) {
    // A store that cannot even be opened is what a doctor is called for.
    if (!isStoreError(error, "corrupt")) throw error;
    return [{ check: "structure", subject: "", problem: `${error.message}.`, remedy: "Restore a backup.", mended: false }];
  }
  try {
    const findings: Finding[] = [];
    for await (const finding of stopped.operations.examine({ repair: call.flag("repair") })) {
      call.signal.throwIfAborted();
      findings.push(finding);
    }
    return findings;
  } finally {
    await stopped.close();
  }
}

function describe({ check, subject, problem, remedy, mended }: Finding): string {
  return `${mended ? "mended" : "found "}  ${check} ${printable(subject)}\n        ${printable(problem)}\n        ${printable(remedy)}\n`;
}

function summary(found: number, open: number): string {
  if (found === 0) return "Nothing is wrong.";
  if (open === 0) return `${found} found, all mended.`;
  return found === open ? `${found} found.` : `${found} found, ${found - open} mended.`;
}
