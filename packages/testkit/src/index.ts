export { startCollector, type Collector, type CollectorOptions } from "./collector/collector.ts";
export type { CollectedSpan } from "./collector/read-spans.ts";
export { Cluster, type ClusterOptions } from "./cluster/cluster.ts";
export type { Member } from "./cluster/member.ts";
export { readHandbook, type HandbookPage } from "./handbook.ts";
export { Program, type ProgramOptions } from "./program.ts";
export { startTestProcess, transports, type TestProcess, type TestProcessOptions } from "./test-process.ts";
export { until } from "./until.ts";
