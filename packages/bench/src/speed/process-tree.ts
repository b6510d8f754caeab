import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface TreeUsage {
  processes: number;
  /** User and system time of the processes that live, in milliseconds; steps of 10 ms. */
  cpuMs: number;
  /** Resident memory added up; pages that processes share count in each. */
  residentMb: number;
  /** The same with each shared page counted once; undefined where the system does not tell. */
  proportionalMb: number | undefined;
}

interface Process {
  pid: number;
  parent: number;
  cpuMs: number;
  residentMb: number;
}

const pageBytes = 4_096;
const ticksPerSecond = 100;

/** What a process and all its descendants use now. */
export function usageOfTree(root: number): TreeUsage {
  const all = process.platform === "linux" ? readProc() : readPs();
  const tree = new Set([root]);
  for (let size = 0; size !== tree.size;) {
    size = tree.size;
    for (const { pid, parent } of all) if (tree.has(parent)) tree.add(pid);
  }
  const members = all.filter(({ pid }) => tree.has(pid));
  const proportional = members.map(({ pid }) => proportionalMb(pid));
  return {
    processes: members.length,
    cpuMs: members.reduce((total, { cpuMs }) => total + cpuMs, 0),
    residentMb: members.reduce((total, { residentMb }) => total + residentMb, 0),
    proportionalMb: proportional.includes(undefined) ? undefined : proportional.reduce<number>((total, mb) => total + (mb ?? 0), 0),
  };
}

/** proc(5): the fields behind the name, which stands in parentheses and may hold anything. */
function readProc(): Process[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = readIfThere(`/proc/${name}/stat`);
    const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields === undefined) return [];
    const ticks = Number(fields[11]) + Number(fields[12]);
    return [
      {
        pid: Number(name),
        parent: Number(fields[1]),
        cpuMs: (ticks * 1_000) / ticksPerSecond,
        residentMb: (Number(fields[21]) * pageBytes) / 2 ** 20,
      },
    ];
  });
}

function readPs(): Process[] {
  const lines = execFileSync("ps", ["-Ao", "pid=,ppid=,rss=,time="], { encoding: "utf8" }).trim().split("\n");
  return lines.map((line) => {
    const [pid, parent, kib, time = ""] = line.trim().split(/\s+/);
    const seconds = time.split(/[:-]/).reduce((total, part) => total * 60 + Number(part), 0);
    return { pid: Number(pid), parent: Number(parent), cpuMs: seconds * 1_000, residentMb: Number(kib) / 1_024 };
  });
}

function proportionalMb(pid: number): number | undefined {
  const kib = /^Pss:\s+(\d+)/m.exec(readIfThere(`/proc/${pid}/smaps_rollup`) ?? "")?.[1];
  return kib === undefined ? undefined : Number(kib) / 1_024;
}

/** A process may end while it is looked at. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
