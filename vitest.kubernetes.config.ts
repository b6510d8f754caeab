import { defineConfig } from "vitest/config";

/** What `npm run test:kubernetes` runs: not part of `npm test`, because the control plane is compiled at first. */
export default defineConfig({
  test: {
    include: ["deploy/tests/kubernetes/*.test.ts"],
    pool: "forks",
    testTimeout: 300_000,
    hookTimeout: 3_600_000,
    bail: 1,
  },
});
