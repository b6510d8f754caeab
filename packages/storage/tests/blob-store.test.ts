import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeBlobStore } from "@parlance/ports/contracts";
import { describe, expect, it, onTestFinished } from "vitest";
import { openFolderBlobStore } from "../src/blob/index.ts";

describeBlobStore("folder", async () => {
  const path = await temporaryFolder();
  return { open: () => openFolderBlobStore({ path }), remove: () => rm(path, { recursive: true }) };
});

describe("openFolderBlobStore", () => {
  it("sweeps away what an ended process left half written", async () => {
    const path = await testFolder();
    await mkdir(join(path, "incoming", "deleted-folder"), { recursive: true });
    await writeFile(join(path, "incoming", "half"), "half");
    const blobs = await openFolderBlobStore({ path });
    expect(await readdir(join(path, "incoming"))).toEqual([]);
    await blobs.put("t/a", Buffer.from("x"));
    await blobs.put("t/b", Buffer.from("x"));
    await blobs.deleteAll("t/");
    expect(await readdir(join(path, "incoming"))).toEqual([]);
    expect(await readdir(join(path, "blobs"))).toEqual([]);
  });

  it("lets nobody but its owner read the files", { skip: process.platform === "win32" }, async () => {
    const path = await testFolder();
    const blobs = await openFolderBlobStore({ path: join(path, "store") });
    await blobs.put("t/a", Buffer.from("x"));
    expect((await stat(join(path, "store"))).mode & 0o777).toBe(0o700);
    expect((await stat(join(path, "store", "blobs", "t", "a~"))).mode & 0o777).toBe(0o600);
  });

  it("writes below folders that a neighbour's deletion takes away meanwhile", async () => {
    const blobs = await openFolderBlobStore({ path: await testFolder() });
    const stop = new AbortController();
    const erase = async () => {
      while (!stop.signal.aborted) await blobs.deleteAll("t/");
    };
    const write = async (writer: number) => {
      for (let at = 0; at < 20; at++) await blobs.put(`t/one/two/three/${writer}-${at}`, Buffer.from("x"));
    };
    const erased = erase();
    await Promise.all([0, 1, 2, 3].map(write)).finally(() => stop.abort());
    await erased;
    await blobs.deleteAll("t/");
    expect(await blobs.list("", { limit: 1 })).toEqual([]);
  });

  it("says that it is unavailable when its folder is a file", async () => {
    const path = join(await testFolder(), "file");
    await writeFile(path, "");
    await expect(openFolderBlobStore({ path })).rejects.toMatchObject({ name: "StoreError", kind: "unavailable" });
  });
});

function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "parlance-blobs-"));
}

async function testFolder(): Promise<string> {
  const path = await temporaryFolder();
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}
