import type { Clock } from "@parlance/platform";
import { describe, expect, it } from "vitest";
import { createHostPace } from "./host-pace.ts";

/** Time that passes only while somebody sleeps. */
function sleepingClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      const wake = now + milliseconds;
      await Promise.resolve();
      now = Math.max(now, wake);
    },
  };
}

const { signal } = new AbortController();

describe("the pace at a host", () => {
  it("keeps the pause between the beginnings of two requests, and never has more than two under way", async () => {
    const clock = sleepingClock();
    const pace = createHostPace(clock);
    const begun: number[] = [];
    let underWay = 0;
    let most = 0;
    const ask = async () => {
      begun.push(clock.now());
      most = Math.max(most, ++underWay);
      await clock.sleep(700, signal);
      underWay--;
    };
    await Promise.all(Array.from({ length: 5 }, () => pace.atTurn("a.example", { pauseMs: 500, signal }, ask)));
    expect(most).toBeLessThanOrEqual(2);
    for (const [i, time] of begun.slice(1).entries()) expect(time - (begun[i] ?? 0)).toBeGreaterThanOrEqual(500);
  });

  it("gives a host the rest it asks for, and asks others meanwhile", async () => {
    const clock = sleepingClock();
    const pace = createHostPace(clock);
    pace.rest("busy.example", 5_000);
    expect(await pace.atTurn("other.example", { pauseMs: 1, signal }, async () => clock.now())).toBe(0);
    expect(await pace.atTurn("busy.example", { pauseMs: 1, signal }, async () => clock.now())).toBe(5_000);
  });

  it("waits no longer than the pause when the clock is set back by a day", async () => {
    const clock = sleepingClock();
    let offset = 0;
    const pace = createHostPace({ ...clock, now: () => clock.now() + offset });
    await pace.atTurn("a.example", { pauseMs: 500, signal }, async () => {});
    offset = -86_400_000;
    expect(await pace.atTurn("a.example", { pauseMs: 500, signal }, async () => clock.now())).toBe(500);
  });

  it("goes on after requests that failed or were not wanted any more", async () => {
    const pace = createHostPace(sleepingClock());
    const gone = AbortSignal.abort(new Error("not wanted"));
    for (let i = 0; i < 3; i++) {
      await expect(pace.atTurn("a.example", { pauseMs: 1, signal }, () => Promise.reject(new Error("broke")))).rejects.toThrow(
        "broke",
      );
      await expect(pace.atTurn("a.example", { pauseMs: 1, signal: gone }, async () => 1)).rejects.toThrow("not wanted");
    }
    const held = Promise.withResolvers<void>();
    const holding = [1, 2].map(() => pace.atTurn("a.example", { pauseMs: 1, signal }, () => held.promise));
    const waiting = new AbortController();
    const third = pace.atTurn("a.example", { pauseMs: 1, signal: waiting.signal }, async () => 3);
    waiting.abort(new Error("left the queue"));
    await expect(third).rejects.toThrow("left the queue");
    held.resolve();
    await Promise.all(holding);
    expect(await pace.atTurn("a.example", { pauseMs: 1, signal }, async () => 4)).toBe(4);
  });
});
