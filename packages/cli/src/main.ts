import { enableCompileCache } from "node:module";

// Before anything else is loaded, so that the second run compiles nothing.
enableCompileCache();

// As of the process that runs: what a restore writes is nobody else's to read.
process.umask(0o077);

const { runCli } = await import("./run-cli.ts");
const { processConsole } = await import("./console.ts");

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // Whoever read the results, such as `head`, may have seen enough.
  if (error.code !== "EPIPE") process.stderr.write(`parlance: The results cannot be written: ${error.message}.\n`);
  process.exit(1);
});

const stopping = new AbortController();
let stoppedAt = Number.POSITIVE_INFINITY;
process.on("SIGINT", () => {
  // One Ctrl-C comes twice, from the terminal and from npm; a second one means it.
  if (performance.now() - stoppedAt > 500) process.exit(130);
  stoppedAt = Math.min(stoppedAt, performance.now());
  stopping.abort();
});
process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  console: processConsole(),
  folder: process.env["INIT_CWD"] ?? process.cwd(),
  signal: stopping.signal,
});
