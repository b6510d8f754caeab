export { isDataDirectoryInUse } from "./operations/in-use.ts";
export { BackupError } from "./operations/manifest.ts";
export { restore, type RestoreOptions, type RestoreResult } from "./operations/restore.ts";
export { openAtRest, run, type ProcessAtRest } from "./run.ts";
export { runMain } from "./run-main.ts";
export type { RunningProcess, RunOptions } from "./running-process.ts";
