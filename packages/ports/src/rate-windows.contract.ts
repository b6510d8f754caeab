import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { windowMs, type RateWindows } from "./rate-windows.ts";

/** Windows under test, with a way for the cases to set their time. */
export interface RateWindowsPlace {
  /** Two processes that share the store; where windows are of one process, both may be the same. */
  open(now: () => number): Promise<{ windows: readonly [RateWindows, RateWindows]; close(): Promise<void> }>;
  /** How much later than 60 seconds room may be seen, in milliseconds. */
  stepMs: number;
  /** How often each property is tried. */
  runs: number;
}

/** What every adapter of `RateWindows` keeps. */
export function describeRateWindows(name: string, place: RateWindowsPlace): void {
  describe(`rate windows: ${name}`, { timeout: 60_000 }, () => {
    let time = 1_700_000_000_000;
    let open: Awaited<ReturnType<RateWindowsPlace["open"]>>;
    let windows: RateWindows;
    beforeAll(async () => {
      open = await place.open(() => time);
      [windows] = open.windows;
    });
    afterAll(() => open.close());

    it("lets never more than the limit through in any 60 seconds, and never refuses while there is room", async () => {
      const steps = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9_000 }), fc.constant(windowMs)), {
        maxLength: 300,
      });
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 12 }), steps, async (limit, waits) => {
          const key = randomUUID();
          const passed: number[] = [];
          for (const wait of waits) {
            time += wait;
            const within = (ms: number) => passed.filter((at) => at > time - ms).length;
            const [surely, perhaps] = [within(windowMs), within(windowMs + place.stepMs)];
            const taken = await windows.take(key, limit);
            const isRight = taken.passed ? surely < limit : perhaps >= limit;
            expect(isRight).toBe(true);
            if (taken.passed) passed.push(time);
            expect(taken.used).toBeGreaterThanOrEqual(within(windowMs));
            expect(taken.used).toBeLessThanOrEqual(within(windowMs + place.stepMs));
          }
        }),
        { numRuns: place.runs },
      );
    });

    it("lets one through that waited as long as it was told", async () => {
      const waits = fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 5, maxLength: 60 });
      await fc.assert(
        fc.asyncProperty(waits, async (steps) => {
          const key = randomUUID();
          for (const wait of steps) {
            time += wait;
            const { passed, oldestLeavesMs } = await windows.take(key, 3);
            expect(oldestLeavesMs).toBeLessThanOrEqual(windowMs + place.stepMs);
            if (passed) continue;
            time += oldestLeavesMs;
            expect((await windows.take(key, 3)).passed).toBe(true);
          }
        }),
        { numRuns: place.runs },
      );
    });

    it("counts each key apart", async () => {
      const [one, two] = [randomUUID(), randomUUID()];
      expect((await windows.take(one, 1)).passed).toBe(true);
      expect((await windows.take(one, 1)).passed).toBe(false);
      expect((await windows.take(two, 1)).passed).toBe(true);
    });

    it("does not count what it refuses", async () => {
      const key = randomUUID();
      for (let second = 0; second < 60; second++) {
        expect((await windows.take(key, 1)).passed).toBe(second === 0);
        time += 1_000;
      }
      time += place.stepMs;
      expect((await windows.take(key, 1)).passed).toBe(true);
    });

    it("tells when the oldest and the newest leave", async () => {
      const key = randomUUID();
      await windows.take(key, 5);
      time += 20_000;
      const { used, oldestLeavesMs, newestLeavesMs } = await windows.take(key, 5);
      expect(used).toBe(2);
      expect(Math.abs(oldestLeavesMs - 40_000)).toBeLessThanOrEqual(place.stepMs);
      expect(Math.abs(newestLeavesMs - 60_000)).toBeLessThanOrEqual(place.stepMs);
      expect(await windows.take(randomUUID(), 0)).toEqual({ passed: false, used: 0, oldestLeavesMs: 0, newestLeavesMs: 0 });
    });

    it("lets exactly the limit through when many ask at once, of every process that shares the store", async () => {
      const key = randomUUID();
      const asked = Array.from({ length: 60 }, (_, i) => open.windows[i % 2 === 0 ? 0 : 1].take(key, 25));
      expect((await Promise.all(asked)).filter(({ passed }) => passed)).toHaveLength(25);
    });
  });
}
