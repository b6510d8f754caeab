export { readHandbook, type HandbookPage } from "./handbook.ts";
export { Program, type ProgramOptions } from "./program.ts";
export { startTestProcess, transports, type TestProcess, type TestProcessOptions } from "./test-process.ts";
export { until } from "./until.ts";
