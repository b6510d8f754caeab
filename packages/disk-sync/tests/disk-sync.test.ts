import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDiskSync } from "../src/index.ts";
import { SyncThread } from "../src/sync-thread.ts";

describe("openDiskSync", () => {
  let folder: string;
  let path: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "disk-sync-"));
    path = join(folder, "file");
    writeFileSync(path, "bytes");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("syncs many files at once, each as often as it is asked", async () => {
    const other = join(folder, "other");
    writeFileSync(other, "bytes");
    const [one, two] = [openDiskSync(path), openDiskSync(other)];
    const syncs = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? one : two).sync());
    await expect(Promise.all(syncs)).resolves.toHaveLength(50);
    one.close();
    two.close();
  });

  it("refuses a file that does not exist", () => {
    expect(() => openDiskSync(join(folder, "none"))).toThrow(expect.objectContaining({ code: "ENOENT" }));
  });

  it("tells the system's error, and goes on with other files", async () => {
    const thread = new SyncThread();
    const noFile = 999_999;
    await expect(thread.sync(noFile)).rejects.toMatchObject({ code: "EBADF" });
    const open = openSync(path, "r+");
    await expect(thread.sync(open)).resolves.toBeUndefined();
    closeSync(open);
  });
});
