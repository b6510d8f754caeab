// A vitest reporter that writes one plain line of counts to the file named by PARLANCE_TEST_COUNTS.
import { writeFileSync } from "node:fs";

export default class CountTests {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      let tests = 0;
      for (const test of module.children.allTests()) {
        tests += 1;
        counts[test.result().state] += 1;
      }
      // A file that broke before its tests were found has none to count.
      if (tests === 0 && module.state() === "failed") counts.failed += 1;
    }
    const skipped = counts.skipped + counts.pending;
    const line = `${counts.passed} passed, ${counts.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
    if (process.env.PARLANCE_TEST_COUNTS) writeFileSync(process.env.PARLANCE_TEST_COUNTS, `${line}\n`);
  }
}
