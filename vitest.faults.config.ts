import { defineConfig } from "vitest/config";

/** What `npm run test:faults` runs: servers and processes of a cluster are killed. Not part of `npm test`, because it takes a quarter of an hour. */
export default defineConfig({
  test: {
    include: ["services/standalone/tests/faults/*.test.ts"],
    pool: "forks",
    // Each file has servers and a cluster of its own.
    fileParallelism: false,
    testTimeout: 400_000,
    hookTimeout: 600_000,
  },
});
