import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../packages/testkit/src/index.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

describe("npm start", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlance-run-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("stops Parlance when npm is told to end, which ends only the shell that it runs scripts in", async () => {
    const node = process.env["npm_node_execpath"] ?? process.execPath;
    // With a second command, so that no shell lets the first take its place.
    const shell = spawn("sh", ["-c", `"${node}" scripts/run.mjs start; true`], {
      cwd: join(import.meta.dirname, ".."),
      env: { ...process.env, npm_lifecycle_event: "start", PARLANCE_PORT: "0", PARLANCE_DATA_DIR: folder },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    shell.stdout.on("data", (part: Buffer) => (output += part.toString()));
    await until("it is ready", () => output.includes("ready at"), { timeoutMs: 60_000 });
    const ended = once(shell.stdout, "close");
    shell.kill("SIGTERM");
    await ended;
    expect(output).toContain("stopped");
  });

  it("says where settings are made when it is given arguments, which it would otherwise ignore", async () => {
    const program = spawn(process.execPath, ["scripts/run.mjs", "start", "--port", "8080"], {
      cwd: join(import.meta.dirname, ".."),
      env: { ...process.env, PARLANCE_PORT: "0", PARLANCE_DATA_DIR: folder },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let told = "";
    program.stderr.on("data", (part: Buffer) => (told += part.toString()));
    // One that starts all the same is ready by and by, and tells nothing.
    const [code] = (await once(program, "close")) as [number];
    expect({ code, told }).toEqual({ code: 2, told: expect.stringMatching(/no arguments, so not --port;.*README\.md/) });
  });
});
