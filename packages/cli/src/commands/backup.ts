import { resolve } from "node:path";
import type { Call, Command } from "../command.ts";
import { createProgressBar, type ProgressBar } from "../progress-bar.ts";
import { inUse, openStopped } from "./doctor.ts";

const timeoutMs = 3_600_000;

export const backup: Command = {
  name: "backup",
  operands: "FOLDER",
  summary: "Copy the data folder, also while Parlance is running",
  notes:
    "FOLDER must not exist. It has everything, API keys' digests and the file api-key included: keep it as safe as the data folder.",
  run: async (call) => {
    const folder = resolve(call.folder, call.operands[0] ?? "");
    const bar = createProgressBar(call.console);
    try {
      const { files, bytes } = (await inUse(call)) ? await copyRunning(call, folder, bar) : await copyStopped(call, folder, bar);
      bar.end();
      return { json: { folder, files, bytes }, text: `${folder} has ${files} files, ${megabytes(bytes)}.` };
    } finally {
      bar.end();
    }
  },
};

export const restore: Command = {
  name: "restore",
  operands: "FOLDER",
  summary: "Make a data folder from a backup",
  options: {
    to: { value: "FOLDER", description: "the data folder to be made; default: that of --data" },
    force: { description: "put a data folder that is there aside" },
  },
  notes: "Every file is checked. Until all of it is right, and whenever this fails, what was there stays as it was.",
  run: async (call) => {
    const { restore } = await import("@parlance/runtime");
    const given = call.text("to");
    const to = given === undefined ? call.connection.dataDir : resolve(call.folder, given);
    const bar = createProgressBar(call.console);
    try {
      const from = resolve(call.folder, call.operands[0] ?? "");
      const onProgress = (done: number, total: number) => bar.show(done / total, "copying");
      const { files, bytes, previous } = await restore({ from, to, force: call.flag("force"), onProgress });
      bar.end();
      const aside = previous === undefined ? "" : `\nWhat was there before is now ${previous}.`;
      const text = `${to} has ${files} files, ${megabytes(bytes)}.${aside}`;
      return { json: { folder: to, files, bytes, previous: previous ?? null }, text };
    } finally {
      bar.end();
    }
  },
};

async function copyRunning({ connection, signal }: Call, folder: string, bar: ProgressBar) {
  let last = { files: 0n, bytes: 0n };
  for await (const answer of connection.operations().backUp({ folder }, { timeoutMs, signal })) {
    bar.show(answer.total === 0 ? 0 : answer.done / answer.total, "copying");
    last = answer;
  }
  return { files: Number(last.files), bytes: Number(last.bytes) };
}

async function copyStopped(call: Call, folder: string, bar: ProgressBar) {
  const stopped = await openStopped(call);
  try {
    const onProgress = (done: number, total: number) => bar.show(done / total, "copying");
    return await stopped.operations.backUp(folder, { signal: call.signal, onProgress });
  } finally {
    await stopped.close();
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
}
