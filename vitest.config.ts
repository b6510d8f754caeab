import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const cluster = ["services/standalone/tests/conformance-cluster.test.ts"];

export default defineConfig({
  test: {
    globalSetup: ["packages/engines/src/global-setup.ts"],
    pool: "forks",
    // Vitest leaves a core free, which of two leaves one; the longest suite waits for its server most of the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Machines of continuous integration are shared: what a noisy neighbour breaks is tried again there, and the report tells.
    retry: process.env["CI"] === undefined ? 0 : 2,
    projects: [
      {
        extends: true,
        test: {
          name: "all",
          include: ["{packages,services}/*/{src,tests}/**/*.test.ts", "scripts/**/*.test.ts", "deploy/tests/*.test.ts"],
          exclude: ["**/node_modules/**", "**/faults/**", ...cluster],
          sequence: { groupOrder: 1 },
        },
      },
      // Afterwards: some of the suites above kill the servers that a cluster stands on.
      { extends: true, test: { name: "cluster", include: cluster, sequence: { groupOrder: 2 } } },
    ],
  },
});
