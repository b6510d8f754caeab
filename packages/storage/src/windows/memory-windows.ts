import { windowMs, type RateWindow, type RateWindows } from "@parlance/ports";

const sweepEvery = 4_096;

/**
 * Windows in the memory of this process, as a sliding log: the time of every one let through in the last 60 seconds.
 * `now` gives milliseconds since any moment, and never runs backwards.
 */
export function createMemoryWindows({ now }: { now: () => number }): RateWindows {
  const windows = new Map<string, Window>();
  let takes = 0;
  return {
    take: (key, limit) => {
      const time = now();
      takes++;
      if (takes % sweepEvery === 0) forgetIdle(windows, time);
      let window = windows.get(key);
      if (window === undefined) windows.set(key, (window = new Window()));
      return Promise.resolve(take(window, limit, time));
    },
  };
}

function take(window: Window, limit: number, now: number): RateWindow {
  window.dropUntil(now - windowMs);
  const passed = window.size < limit;
  if (passed) window.add(now);
  const leavesMs = (time: number) => (window.size === 0 ? 0 : time + windowMs - now);
  return { passed, used: window.size, oldestLeavesMs: leavesMs(window.oldest), newestLeavesMs: leavesMs(window.newest) };
}

/** Times in ascending order; those before `head` are dropped and their room is reclaimed now and then. */
class Window {
  #times: number[] = [];
  #head = 0;

  get size(): number {
    return this.#times.length - this.#head;
  }

  get oldest(): number {
    return this.#times[this.#head] ?? 0;
  }

  get newest(): number {
    return this.#times.at(-1) ?? 0;
  }

  add(time: number): void {
    this.#times.push(time);
  }

  dropUntil(time: number): void {
    while (this.size > 0 && this.oldest <= time) this.#head++;
    if (this.#head < 64 || this.#head * 2 < this.#times.length) return;
    this.#times = this.#times.slice(this.#head);
    this.#head = 0;
  }
}

function forgetIdle(windows: Map<string, Window>, now: number): void {
  for (const [key, window] of windows) {
    if (window.newest <= now - windowMs) windows.delete(key);
  }
}
