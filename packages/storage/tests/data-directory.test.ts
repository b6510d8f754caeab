import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { lockDataDirectory } from "../src/embedded/index.ts";

const holder = fileURLToPath(new URL("lock-holder.ts", import.meta.url));
let path: string;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-lock-"));
  path = join(folder, "made", "data");
  onTestFinished(() => rm(folder, { recursive: true }));
});

it("makes the directory for its owner alone and states its format", async () => {
  const directory = await lockDataDirectory(path);
  expect(directory.path).toBe(path);
  expect((await stat(path)).mode & 0o077).toBe(0);
  expect(JSON.parse(await readFile(join(path, "format.json"), "utf8"))).toEqual({ format: 1 });
  directory.close();
  directory.close();
});

it("is had by one at a time within a process, and goes over when it is closed", async () => {
  const first = await lockDataDirectory(path);
  await expect(lockDataDirectory(path)).rejects.toMatchObject({ kind: "unavailable", message: expect.stringContaining(path) });
  first.close();
  (await lockDataDirectory(path)).close();
});

it("is refused to a second process with a sentence that names it, and is free the moment the first is killed", async () => {
  for (let round = 0; round < 3; round++) {
    const { child, says } = await hold();
    expect(says).toBe("held");
    await expect(lockDataDirectory(path)).rejects.toMatchObject({
      message: expect.stringMatching(/in use by another Parlance process.*PARLANCE_DATA_DIR/),
    });
    await kill(child);
    const taken = await lockDataDirectory(path);
    const second = await hold();
    expect(second.says).toContain(`The data directory ${path} is in use`);
    await kill(second.child);
    taken.close();
  }
});

it("is had by exactly one of several processes that start at once after a kill", async () => {
  await kill((await hold()).child);
  const started = await Promise.all(Array.from({ length: 4 }, hold));
  expect(started.filter(({ says }) => says === "held")).toHaveLength(1);
  await Promise.all(started.map(({ child }) => kill(child)));
});

it("is refused in one sentence when the file of the lock is damaged, and is free when that is gone", async () => {
  (await lockDataDirectory(path)).close();
  const file = join(path, "lock.db");
  await writeFile(file, "no database");
  await expect(lockDataDirectory(path)).rejects.toMatchObject({ message: `${file} is damaged: delete it, nothing is kept in it` });
  await rm(file);
  (await lockDataDirectory(path)).close();
});

it("is refused in one sentence when a newer version wrote it, and when its format cannot be read", async () => {
  (await lockDataDirectory(path)).close();
  await writeFile(join(path, "format.json"), '{"format": 2}');
  await expect(lockDataDirectory(path)).rejects.toMatchObject({
    kind: "invalid",
    message: expect.stringMatching(/newer version.*format 2.*knows 1/),
  });
  await writeFile(join(path, "format.json"), "");
  await expect(lockDataDirectory(path)).rejects.toMatchObject({ kind: "corrupt" });
});

it("is refused when it cannot be made", async () => {
  await writeFile(join(path, "..", "..", "file"), "");
  await expect(lockDataDirectory(join(path, "..", "..", "file", "data"))).rejects.toMatchObject({ kind: "unavailable" });
});

async function hold(): Promise<{ child: ChildProcess; says: string }> {
  const child = spawn(process.execPath, [holder, path], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [says] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { child, says };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
