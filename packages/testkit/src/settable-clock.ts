import type { Clock } from "@parlance/platform";

/** A clock that moves when it is told to, by milliseconds; whoever sleeps by it wakes at once. */
export function settableClock() {
  let now = Date.parse("2026-03-10T12:00:00Z");
  const clock: Clock = { now: () => now, sleep: () => Promise.resolve() };
  return { clock, advance: (ms: number) => (now += ms) };
}
