export { run, type RunningProcess, type RunOptions } from "./run.ts";
export { runMain } from "./run-main.ts";
