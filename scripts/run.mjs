// What `npm start`, `npm test` and the other scripts of package.json call: sets up, then runs the task.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { nodeProgram, root, run, setUp, ToolError } from "./toolchain.mjs";

const countsFile = join(root, ".tools", "test-counts");

const tasks = {
  setup: async () => {},
  start: (args, environment) => startProgram("services/standalone/src/main.ts", args, environment),
  parlance: (args, environment) =>
    startProgram("packages/cli/src/main.ts", args, { ...environment, INIT_CWD: process.env.INIT_CWD ?? process.cwd() }),
  eval: (args, environment) => startProgram("packages/bench/src/eval/main.ts", args, environment),
  bench: (args, environment) => startProgram("packages/bench/src/speed/main.ts", args, environment),
  cluster: (args, environment) => startProgram("scripts/cluster.ts", args, environment),
  test: runTests,
  "test:faults": (args, environment) => run("vitest", ["run", "--config", "vitest.faults.config.ts", ...args], environment),
  "test:kubernetes": (args, environment) => run("vitest", ["run", "--config", "vitest.kubernetes.config.ts", ...args], environment),
  gen: (_args, environment) => run("turbo", ["run", "gen", "--output-logs=errors-only"], environment),
  format: (_args, environment) => run("oxfmt", ["."], environment),
  check: (_args, environment) =>
    run(
      "turbo",
      ["run", "types", "lint", "format:check", "proto", "unused", "--continue", "--output-logs=new-only", "--log-order=grouped"],
      environment,
    ),
};

/** Whatever is wanted of these is said by environment variables. */
const withoutArguments = new Set(["setup", "start", "cluster", "gen", "format", "check"]);

async function runTests(args, environment) {
  rmSync(countsFile, { force: true });
  // Servers of the tests are on this machine, where no proxy finds them.
  const direct = [process.env.no_proxy ?? process.env.NO_PROXY, "127.0.0.1,localhost,::1"].filter(Boolean).join(",");
  try {
    await run("vitest", ["run", "--reporter=default", "--reporter=./scripts/count-tests.mjs", ...args], {
      ...environment,
      no_proxy: direct,
      NO_PROXY: direct,
      PARLANCE_TEST_COUNTS: countsFile,
      PARLANCE_TEST_ENGINES: environment.PARLANCE_TEST_ENGINES ?? "scripts",
    });
  } finally {
    if (existsSync(countsFile)) console.log(readFileSync(countsFile, "utf8").trim());
  }
}

/**
 * glibc gives each thread up to eight heaps for each core, of which each keeps what was freed in it. With two in all, a process that answers and
 * trains stays a third smaller, and is no slower. Other systems do not know the variable.
 *
 * Node looks names up in two threads unless it is given more, and a name whose servers are silent holds one for ten seconds or longer: two such
 * names among those of web pages would keep a process from its model and its stores. Half of these threads serve lookups.
 */
const threads = { MALLOC_ARENA_MAX: "2", UV_THREADPOOL_SIZE: "64" };

/**
 * Runs a program of ours until it ends. It shares the terminal, so Ctrl-C reaches both; a signal sent to this process alone is passed on, and when
 * this process is killed the program notices that the channel closed and stops by itself. npm that is told to end passes it on to the shell
 * between, which passes on nothing: then the parent is another, and the program is told from here.
 */
function startProgram(file, args, environment) {
  return new Promise((resolve, reject) => {
    const child = spawn(nodeProgram(), [join(root, file), ...args], {
      cwd: root,
      env: { ...threads, ...environment },
      stdio: ["inherit", "inherit", "inherit", "ipc"],
    });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
    const parent = process.ppid;
    const looking = setInterval(() => {
      if (process.env.npm_lifecycle_event === undefined || process.ppid === parent) return;
      clearInterval(looking);
      child.kill("SIGTERM");
    }, 500);
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      clearInterval(looking);
      if (code === 0) resolve();
      else reject(new ToolError(`Parlance ended with ${signal ?? `exit code ${code}`}`, code ?? 1));
    });
  });
}

/** Why the task cannot run in this folder: other programs take its path for something else. */
function faultOfFolder() {
  if (root.includes(delimiter)) return `no folder with ${delimiter} in its path can be in PATH`;
  if (name === "test" && /[#?]|%[\da-f]{2}/i.test(root))
    return "the test runner finds no files in a folder with #, ? or % in its path";
  return undefined;
}

const [name = "", ...args] = process.argv.slice(2);
const task = tasks[name];
if (task === undefined) {
  console.error(`parlance: there is no task "${name}"; tasks are ${Object.keys(tasks).join(", ")}`);
  process.exit(2);
}
if (args.length > 0 && withoutArguments.has(name)) {
  console.error(
    `parlance: ${name} takes no arguments, so not ${args[0]}; settings are environment variables, which README.md lists`,
  );
  process.exit(2);
}
const fault = faultOfFolder();
if (fault !== undefined) {
  console.error(`parlance: ${fault}: move ${root} to another`);
  process.exit(2);
}
try {
  await task(args, await setUp());
} catch (error) {
  // What the system refuses, such as a folder that this user may not write to, says by itself what it is.
  if (!(error instanceof ToolError)) console.error(error.syscall === undefined ? error : `parlance: ${error.message}`);
  else if (name !== "start" && name !== "parlance") console.error(`parlance: ${error.message}`);
  process.exitCode = error instanceof ToolError ? error.exitCode : 1;
}
