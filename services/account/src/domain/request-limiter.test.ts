import type { Clock } from "@parlance/platform";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRequestLimiter } from "./request-limiter.ts";

/** A clock whose time is set by the test. With `monotonic`, its steady reading is moved apart from the time of day. */
function settableClock(now = 1_700_000_000_000, monotonic?: () => number) {
  const clock = { now, sleep: () => Promise.resolve() };
  const asClock: Clock = { now: () => clock.now, sleep: clock.sleep, ...(monotonic !== undefined && { monotonic }) };
  return { asClock, advance: (ms: number) => (clock.now += ms) };
}

describe("request limiter", () => {
  it("lets never more than the limit through in any 60 seconds, and never refuses while there is room", async () => {
    const steps = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9_000 }), fc.constant(60_000)), { maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), steps, async (limit, waits) => {
        const clock = settableClock();
        const limiter = createRequestLimiter({ limit, clock: clock.asClock });
        const passed: number[] = [];
        for (const wait of waits) {
          const now = clock.advance(wait);
          const decision = await limiter.take("user");
          const recent = passed.filter((time) => time > now - 60_000).length;
          expect(decision.retryAfterSeconds === 0).toBe(recent < limit);
          if (decision.retryAfterSeconds === 0) passed.push(now);
          expect(decision.remaining).toBe(limit - Math.min(limit, recent + 1));
        }
      }),
    );
  });

  it("lets a request through that waited as long as it was told", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 5, maxLength: 60 }), async (waits) => {
        const clock = settableClock();
        const limiter = createRequestLimiter({ limit: 3, clock: clock.asClock });
        for (const wait of waits) {
          clock.advance(wait);
          const { retryAfterSeconds } = await limiter.take("user");
          expect(retryAfterSeconds).toBeLessThanOrEqual(60);
          if (retryAfterSeconds === 0) continue;
          clock.advance(retryAfterSeconds * 1_000);
          expect((await limiter.take("user")).retryAfterSeconds).toBe(0);
        }
      }),
    );
  });

  it("counts each user apart", async () => {
    const limiter = createRequestLimiter({ limit: 1, clock: settableClock().asClock });
    expect((await limiter.take("one")).retryAfterSeconds).toBe(0);
    expect((await limiter.take("one")).retryAfterSeconds).toBe(60);
    expect((await limiter.take("two")).retryAfterSeconds).toBe(0);
  });

  it("does not count refused requests", async () => {
    const clock = settableClock();
    const limiter = createRequestLimiter({ limit: 2, clock: clock.asClock });
    await limiter.take("user");
    await limiter.take("user");
    for (let second = 0; second < 59; second++) {
      clock.advance(1_000);
      expect((await limiter.take("user")).retryAfterSeconds).toBe(59 - second);
    }
    clock.advance(1_000);
    expect((await limiter.take("user")).retryAfterSeconds).toBe(0);
  });

  it("locks nobody out for more than 60 seconds when the clock is set back an hour", async () => {
    const clock = settableClock();
    const limiter = createRequestLimiter({ limit: 1, clock: clock.asClock });
    await limiter.take("user");
    clock.advance(-3_600_000);
    expect((await limiter.take("user")).retryAfterSeconds).toBe(60);
    clock.advance(60_000);
    expect((await limiter.take("user")).retryAfterSeconds).toBe(0);
  });

  it("gives no free window when the time of day is set forward and the monotonic clock is not", async () => {
    let steady = 500;
    const clock = settableClock(undefined, () => steady);
    const limiter = createRequestLimiter({ limit: 1, clock: clock.asClock });
    await limiter.take("user");
    clock.advance(3_600_000);
    expect((await limiter.take("user")).retryAfterSeconds).toBe(60);
    steady += 60_000;
    expect((await limiter.take("user")).retryAfterSeconds).toBe(0);
  });

  it("speaks of no more than 60 seconds whatever the fraction of a millisecond", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 400_000 }), async (at) => {
        const limiter = createRequestLimiter({ limit: 1, clock: settableClock(undefined, () => at / 7).asClock });
        expect((await limiter.take("user")).resetSeconds).toBe(60);
        expect((await limiter.take("user")).retryAfterSeconds).toBe(60);
      }),
    );
  });

  it("forgets users that ask no more, and goes on counting those that do", async () => {
    const clock = settableClock();
    const limiter = createRequestLimiter({ limit: 5_000, clock: clock.asClock });
    for (let user = 0; user < 4_000; user++) await limiter.take(`user ${user}`);
    clock.advance(60_000);
    for (let request = 1; request <= 200; request++) expect((await limiter.take("busy")).remaining).toBe(5_000 - request);
  });
});
