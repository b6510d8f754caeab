export { startTestProcess, transports, type TestProcess, type TestProcessOptions } from "./test-process.ts";
export { until } from "./until.ts";
