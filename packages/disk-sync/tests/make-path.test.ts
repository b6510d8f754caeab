import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { makePath } from "../src/index.ts";

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "parlance-path-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

it("makes what is missing for its owner alone, tells where it began, and leaves what is there", async () => {
  const folder = await newFolder();
  expect(await makePath(join(folder, "a", "b", "c"))).toBe(join(folder, "a"));
  expect((await stat(join(folder, "a", "b", "c"))).mode & 0o077).toBe(0);
  expect(await makePath(join(folder, "a", "b"))).toBeUndefined();
});

it("makes one folder for all who ask at once", async () => {
  const folder = await newFolder();
  await Promise.all(Array.from({ length: 20 }, () => makePath(join(folder, "a", "b", "c", "d"))));
  expect((await stat(join(folder, "a", "b", "c", "d"))).isDirectory()).toBe(true);
});

it("fails below a file, and at one", async () => {
  const file = join(await newFolder(), "file");
  await writeFile(file, "");
  await expect(makePath(file)).rejects.toMatchObject({ code: "EEXIST" });
  await expect(makePath(join(file, "a", "b"))).rejects.toMatchObject({ code: "ENOTDIR" });
});

it.runIf(process.platform === "linux")("ends where the system lets nobody make a folder", async () => {
  await expect(makePath("/proc/parlance")).rejects.toMatchObject({ code: "ENOENT" });
  await expect(makePath("/proc/parlance/a/b")).rejects.toMatchObject({ code: "ENOENT" });
});
