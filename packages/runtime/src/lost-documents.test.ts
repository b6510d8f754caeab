import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { refuseLostDocuments } from "./lost-documents.ts";

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "parlance-lost-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

describe("a data folder whose documents are gone", () => {
  test.each([
    ["missing, with an index", { "search/c-1/c-2.db": "index" }],
    ["empty, with an index", { "documents.db": "", "search/c-1/c-2.db": "index" }],
    ["missing, with blobs", { "blobs/blobs/1/2/text~": "text" }],
    ["empty, with a log of writes", { "documents.db": "", "documents.db-wal": "writes" }],
    ["missing, with a log of writes", { "documents.db-wal": "writes" }],
  ])("is refused: %s", async (_name, files) => {
    const folder = await folderWith(files);
    await expect(refuseLostDocuments(folder)).rejects.toMatchObject({
      kind: "corrupt",
      message: expect.stringMatching(/documents\.db is missing or empty, but .* restore a backup/),
    });
  });

  test.each([
    ["new", {}],
    ["cut off at its first start", { "format.json": "{}", "documents.db": "", "search/origin.json": "{}", "rpc-token": "t" }],
    ["whole", { "documents.db": "documents", "search/c-1/c-2.db": "index" }],
  ])("is not one that is %s", async (_name, files) => {
    await expect(refuseLostDocuments(await folderWith(files))).resolves.toBeUndefined();
  });

  test("is not one that does not exist yet", async () => {
    await expect(refuseLostDocuments(join(tmpdir(), "parlance-never-made", "data"))).resolves.toBeUndefined();
  });
});
