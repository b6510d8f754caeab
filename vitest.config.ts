import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{packages,services}/*/{src,tests}/**/*.test.ts", "scripts/**/*.test.ts"],
    pool: "forks",
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
