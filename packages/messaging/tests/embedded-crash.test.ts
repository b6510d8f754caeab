import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const rounds = 5;

describe("an embedded event log whose process is killed", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlance-crash-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("hands over every acknowledged event at least once and keeps the order of each key", { timeout: 60_000 }, async () => {
    const files = { log: join(folder, "events.db"), handled: join(folder, "handled"), acked: join(folder, "acked") };
    for (let round = 0; round < rounds; round += 1)
      await runUntil(files, round, () => lines(files.handled).length > (round + 1) * 90);
    await runUntil(files, rounds, () => missing(files).length === 0 && lines(files.acked).length >= 600);

    const handled = lines(files.handled);
    expect(missing(files)).toEqual([]);
    for (const key of ["a", "b", "c", "d", "e", "f"]) expect(outOfOrder(handled, key)).toEqual([]);
    const repeated = handled.length - new Set(handled).size;
    // Only what was at work when the process died comes again: at most one event of each slot.
    expect(repeated).toBeLessThanOrEqual(rounds * 4);
  });
});

interface Files {
  log: string;
  handled: string;
  acked: string;
}

/** Starts the child and kills it as soon as the condition holds. */
async function runUntil(files: Files, round: number, condition: () => boolean): Promise<void> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "crash-child.ts"), files.log, files.handled, files.acked, String(round)],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  const ended = once(child, "exit");
  try {
    await vi.waitFor(() => expect(condition()).toBe(true), { timeout: 20_000, interval: 5 });
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

function lines(file: string): string[] {
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
}

function missing(files: Files): string[] {
  const handled = new Set(lines(files.handled));
  return lines(files.acked).filter((id) => !handled.has(id));
}

/** Events of a key that came before an earlier one had come at all. */
function outOfOrder(handled: readonly string[], key: string): string[] {
  const first = [...new Set(handled.filter((id) => id.startsWith(`${key}:`)))];
  const sorted = [...first].sort((one, two) => Number(one.slice(2)) - Number(two.slice(2)));
  return first.filter((id, index) => id !== sorted[index]);
}
