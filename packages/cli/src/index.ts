export { runCli, type CliOptions } from "./run-cli.ts";
export type { Console } from "./console.ts";
