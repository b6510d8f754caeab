import { enableCompileCache } from "node:module";

// Before anything else is loaded, so that the second run compiles nothing.
enableCompileCache();

const { runCli } = await import("./run-cli.ts");
const { processConsole } = await import("./console.ts");

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
