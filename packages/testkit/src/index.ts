export { Cluster, type ClusterOptions } from "./cluster/cluster.ts";
export type { Member } from "./cluster/member.ts";
export { Engine, EngineError, type EngineName } from "./engines/engine.ts";
export { enginesOfRun, removeEngines, startEngines, type Engines } from "./engines/engines.ts";
export { freePorts } from "./free-ports.ts";
export { readHandbook, type HandbookPage } from "./handbook.ts";
export { Program, type ProgramOptions } from "./program.ts";
export { startTestProcess, transports, type TestProcess, type TestProcessOptions } from "./test-process.ts";
export { until } from "./until.ts";
