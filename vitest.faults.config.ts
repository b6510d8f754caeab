import { defineConfig } from "vitest/config";

/** What `npm run test:faults` runs: servers and processes of a cluster are killed. Not part of `npm test`, because it takes some ten minutes. */
export default defineConfig({
  test: {
    include: ["services/standalone/tests/faults/*.test.ts"],
    pool: "forks",
    testTimeout: 400_000,
    hookTimeout: 600_000,
  },
});
