import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { syncFolder } from "@parlance/disk-sync";
import type { Ports } from "@parlance/ports";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backUp } from "./back-up.ts";
import { writeManifest } from "./manifest.ts";
import { restore } from "./restore.ts";

vi.mock("@parlance/disk-sync", { spy: true });

describe("what has got its name is told only when a loss of power does not take the name away", () => {
  let root: string;
  /** The folder that was synced, and whether the path was there by then. */
  let synced: [folder: string, isThere: boolean][];
  const watch = (path: string) => {
    synced = [];
    vi.mocked(syncFolder).mockImplementation(async (folder) => void synced.push([folder, existsSync(path)]));
  };
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "durable-renames-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  it("after a backup", async () => {
    const store = { hold: () => ({ copyTo: async () => {}, release: () => {} }) };
    const ports = { events: store, documents: store, search: store, blobs: store } as unknown as Ports;
    const folder = join(root, "backup");
    watch(folder);
    const places = { events: "events.db", documents: "documents.db", search: "search", blobs: "blobs" };
    await backUp({ ports, places, dataDir: join(root, "data"), folder });
    expect(synced).toEqual([[root, true]]);
  });

  it.each(["missing", "empty"])("after a restore into a folder that is %s", async (state) => {
    const [from, to] = [join(root, "backup"), join(root, "data")];
    await mkdir(from);
    await writeFile(join(from, "format.json"), '{"format":1}\n');
    await writeManifest(from);
    if (state === "empty") await mkdir(to);
    watch(join(to, "format.json"));
    await restore({ from, to, force: false });
    expect(synced).toEqual([[state === "empty" ? to : root, true]]);
  });
});
