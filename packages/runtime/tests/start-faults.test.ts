import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineService, type Env } from "@parlance/platform";
import { expect, onTestFinished, test } from "vitest";
import { openAtRest, run } from "../src/index.ts";

const sample = defineService({ name: "chat", config: {}, needs: [], ports: ["documents"], create: () => ({}) });

async function settings(): Promise<Env & { PARLANCE_DATA_DIR: string }> {
  const folder = await mkdtemp(join(tmpdir(), "parlance-start-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return { PARLANCE_DATA_DIR: folder, PARLANCE_PORT: "0", PARLANCE_RPC_PORT: "0", PARLANCE_LOG_LEVEL: "silent" };
}

test.each([
  ["run", run],
  ["looked after", openAtRest],
])("a folder whose documents are gone is not %s, as if it were new", async (_name, open) => {
  const env = await settings();
  await mkdir(join(env.PARLANCE_DATA_DIR, "search", "c-1"), { recursive: true });
  await expect(open([sample], { env })).rejects.toThrow("documents.db is missing or empty");
  await writeFile(join(env.PARLANCE_DATA_DIR, "documents.db"), "no database");
  await expect(open([sample], { env })).rejects.toThrow("documents.db is damaged or not a database");
});
