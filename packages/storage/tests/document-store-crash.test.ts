import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { asTenant, type DocumentStore } from "@parlance/ports";
import { expect, it, onTestFinished } from "vitest";
import { openEmbeddedDocumentStore } from "../src/embedded/index.ts";
import type { CrashDocument } from "./crash-document.ts";

const kills = 8;
const tenant = asTenant("tenant");
const writer = fileURLToPath(new URL("crash-writer.ts", import.meta.url));

it("keeps every acknowledged write with its events, and none in half, through SIGKILLs", { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-crash-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "documents.db");
  const acknowledged: string[] = [];
  let openWrites = 0;
  for (let run = 0; run < kills; run++) {
    const { begun, done } = await writeUntilKilled(path, run);
    acknowledged.push(...done);
    if (begun.length > done.length) openWrites++;
    const store = await openEmbeddedDocumentStore({ path });
    const { ids, events } = await everything(store);
    await store.close();
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    expect([...events].sort()).toEqual([...ids].flatMap((id) => [`${id}/0`, `${id}/1`]).sort());
  }
  expect(acknowledged.length).toBeGreaterThan(kills);
  // A kill between two writes proves little: most must have hit one that was under way.
  expect(openWrites).toBeGreaterThanOrEqual(kills / 2);
});

/** Kills the child once it has acknowledged a number of writes that differs from run to run. */
async function writeUntilKilled(path: string, run: number): Promise<{ begun: string[]; done: string[] }> {
  const child = spawn(process.execPath, [writer, path, `run${run}`], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: Record<"begun" | "done", string[]> = { begun: [], done: [] };
  const killAfter = 1 + Math.floor(Math.random() * 300);
  const ended = once(child, "close");
  for await (const line of createInterface({ input: child.stdout })) {
    const [, kind, id] = /^(begun|done) (\S+)$/.exec(line) ?? [];
    if (id !== undefined && (kind === "begun" || kind === "done")) lines[kind].push(id);
    if (lines.done.length === killAfter) child.kill("SIGKILL");
  }
  const [, signal] = (await ended) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
  return lines;
}

async function everything(store: DocumentStore): Promise<{ ids: Set<string>; events: Set<string> }> {
  const documents = store.collection<CrashDocument>({
    name: "suite.crash",
    indexes: [{ fields: ["writer", "sequence"], unique: true }],
  });
  const ids = new Set<string>();
  let cursor: string | undefined;
  do {
    const page: Awaited<ReturnType<typeof documents.find>> = await documents.find(tenant, {
      limit: 1000,
      ...(cursor !== undefined && { cursor }),
    });
    for (const { id } of page.items) ids.add(id);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  const events = await store.outbox.pending(1_000_000);
  return { ids, events: new Set(events.map((event) => event.eventId)) };
}
