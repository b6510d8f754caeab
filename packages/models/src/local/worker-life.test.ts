import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { openLocalEmbedder } from "./local-embedder.ts";

const interactive = { priority: "interactive" } as const;
const background = { priority: "background" } as const;
const embedderUrl = new URL("./local-embedder.ts", import.meta.url).href;

/** Process ids of the workers that a process has; Linux alone tells them without another program. */
function workersOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(/\s+/).filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Runs a program of its own that has an open embedder `e`. */
function startProgram(body: string, env: Record<string, string> = {}) {
  const code = `const { openLocalEmbedder } = await import(${JSON.stringify(embedderUrl)}); const e = openLocalEmbedder(); ${body}`;
  return spawn(process.execPath, ["--input-type=module", "--eval", code], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
}

describe.runIf(process.platform === "linux")("workers that end", () => {
  it("a killed worker fails the calls it had taken as unavailable, and the next call is served by a new one", async () => {
    const embedder = openLocalEmbedder({ backgroundWorkers: 1 });
    await embedder.embed(["warm"], background);
    const texts = Array.from({ length: 3000 }, (_, index) => `A text of the lost batch, number ${index}.`);
    const lost = embedder.embed(texts, background).catch((error: unknown) => error);
    for (const pid of workersOf(process.pid)) {
      process.kill(pid, "SIGKILL");
    }
    expect(await lost).toMatchObject({ name: "ModelUnavailableError", message: expect.stringContaining("SIGKILL") });
    expect(await embedder.embed(["again"], background)).toHaveLength(1);
    expect(await embedder.embed(["a question"], interactive)).toHaveLength(1);
    await embedder.close();
    expect(workersOf(process.pid)).toEqual([]);
  }, 30_000);

  it("a worker for questions killed while it loads fails no call of training, which others serve", async () => {
    const embedder = openLocalEmbedder({ backgroundWorkers: 1 });
    const [loading] = workersOf(process.pid);
    process.kill(loading ?? 0, "SIGSTOP");
    await embedder.embed(["warm"], background);
    const served = embedder.embed(["one", "two", "three"], background);
    process.kill(loading ?? 0, "SIGKILL");
    expect(await served).toHaveLength(3);
    await embedder.close();
  }, 30_000);

  it("workers of a process with a low priority train with that one, which not every user may raise", async () => {
    const program = startProgram(
      '(await import("node:os")).setPriority(15); await e.embed(["x"], { priority: "background" }); console.log("up"); setInterval(() => {}, 1000);',
    );
    await once(program.stdout, "data");
    const priorities = workersOf(program.pid ?? 0).map((pid) => getPriority(pid));
    program.kill("SIGKILL");
    // The worker for questions was there before.
    expect(new Set(priorities.filter((priority) => priority !== getPriority()))).toEqual(new Set([15]));
  }, 30_000);

  it("workers go before the process that serves where memory runs out, and those for training first", async () => {
    const scoreOf = (pid: number) => Number(readFileSync(`/proc/${pid}/oom_score_adj`, "utf8"));
    const program = startProgram(
      'await e.embed(["y"], { priority: "interactive" }); await e.embed(["x"], { priority: "background" }); console.log("up"); setInterval(() => {}, 1000);',
    );
    await once(program.stdout, "data");
    const own = scoreOf(program.pid ?? 0);
    const [interactiveScore = 0, ...others] = workersOf(program.pid ?? 0).map(scoreOf);
    program.kill("SIGKILL");
    expect(interactiveScore).toBe(Math.min(1_000, own + 300));
    expect(others).toContain(Math.min(1_000, own + 600));
  }, 30_000);

  it("workers that cannot start are not started again and again", async () => {
    const embedder = openLocalEmbedder({ backgroundWorkers: 2 });
    await embedder.embed(["loaded"], interactive);
    const [ready] = workersOf(process.pid);
    const waiting = embedder.embed(["one", "two", "three", "four"], background).catch((error: unknown) => error);
    for (const pid of workersOf(process.pid).filter((each) => each !== ready)) process.kill(pid, "SIGKILL");
    expect(await waiting).toMatchObject({ name: "ModelUnavailableError" });
    await vi.waitFor(() => expect(workersOf(process.pid)).toEqual([ready]));
    await embedder.close();
  }, 30_000);

  it("a worker killed while it loads fails the calls that wait for it instead of starting for ever", async () => {
    const embedder = openLocalEmbedder();
    const waiting = embedder.embed(["too early"], interactive).catch((error: unknown) => error);
    workersOf(process.pid).forEach((pid) => process.kill(pid, "SIGKILL"));
    expect(await waiting).toMatchObject({ name: "ModelUnavailableError" });
    expect(await embedder.embed(["later"], interactive)).toHaveLength(1);
    await embedder.close();
  }, 30_000);

  it("no worker outlives a process that is killed", async () => {
    const program = startProgram(
      'await e.embed(["x"], { priority: "interactive" }); console.log("up"); setInterval(() => {}, 1000);',
    );
    await once(program.stdout, "data");
    const workers = workersOf(program.pid ?? 0);
    expect(workers).not.toEqual([]);
    program.kill("SIGKILL");
    await vi.waitFor(() => expect(workers.filter(isAlive)).toEqual([]), { timeout: 10_000 });
  }, 30_000);
});

describe("a process with an open embedder", () => {
  it("ends by itself when nothing waits for a vector", async () => {
    const program = startProgram('await e.embed(["x"], { priority: "interactive" });');
    expect(await once(program, "exit")).toEqual([0, null]);
  }, 30_000);

  it("leaves nothing in the user's folders, such as the counts that a library would send to its maker", async () => {
    const home = mkdtempSync(join(tmpdir(), "parlance-home-"));
    const folders = {
      HOME: home,
      USERPROFILE: home,
      LOCALAPPDATA: home,
      XDG_CACHE_HOME: home,
      TMPDIR: home,
      TEMP: home,
      TMP: home,
    };
    const program = startProgram('await e.embed(["x"], { priority: "interactive" });', { ...folders, NODE_COMPILE_CACHE: "" });
    expect(await once(program, "exit")).toEqual([0, null]);
    expect(readdirSync(home)).toEqual([]);
    rmSync(home, { recursive: true });
  }, 30_000);

  it("keeps its exit code and says nothing when it leaves while the model loads", async () => {
    const program = startProgram('e.embed(["x"], { priority: "background" }).catch(() => {}); process.exit(3);');
    const errors: Buffer[] = [];
    program.stderr.on("data", (data: Buffer) => errors.push(data));
    expect(await once(program, "close")).toEqual([3, null]);
    expect(Buffer.concat(errors).toString("utf8")).toBe("");
  }, 30_000);
});
