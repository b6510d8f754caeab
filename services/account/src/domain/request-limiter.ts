import type { Clock } from "@parlance/platform";

interface LimitDecision {
  limit: number;
  remaining: number;
  /** Whole seconds until the window is empty if nothing else is asked. */
  resetSeconds: number;
  /** 0 when the request was let through, else whole seconds to wait. */
  retryAfterSeconds: number;
}

/**
 * The pooled limit of a user over all keys. The one implementation keeps its windows in the memory of this process, which is exact while one
 * process runs the account service. Replicas would share an implementation over a common store: a sorted set of times per
 * user, trimmed, counted and added to in one atomic script, gives the same decisions.
 */
export interface RequestLimiter {
  /** Counts the request if there is room for it. */
  take(userId: string): Promise<LimitDecision>;
}

const windowMs = 60_000;
const sweepEvery = 4_096;

/**
 * A sliding log: the time of every request let through in the last 60 seconds. At most `limit` lie in any 60 seconds. A refused request is
 * not counted, else a client that keeps asking would never get through again.
 */
export function createRequestLimiter(options: { limit: number; clock: Clock }): RequestLimiter {
  const windows = new Map<string, Window>();
  const time = steadyTime(options.clock);
  let takes = 0;
  return {
    take: (userId) => {
      const now = time();
      takes++;
      if (takes % sweepEvery === 0) forgetIdle(windows, now);
      let window = windows.get(userId);
      if (window === undefined) windows.set(userId, (window = new Window()));
      return Promise.resolve(decide(window, options.limit, now));
    },
  };
}

function decide(window: Window, limit: number, now: number): LimitDecision {
  window.dropUntil(now - windowMs);
  const full = window.size >= limit;
  if (!full) window.add(now);
  return {
    limit,
    remaining: limit - window.size,
    resetSeconds: secondsUntil(window.newest + windowMs, now),
    retryAfterSeconds: full ? secondsUntil(window.oldest + windowMs, now) : 0,
  };
}

/** A steady clock counts fractions of milliseconds, whose rounding errors would make 61 seconds of 60. */
function secondsUntil(then: number, now: number): number {
  return Math.max(1, Math.ceil(Math.round((then - now) * 1000) / 1_000_000));
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
  for (const [userId, window] of windows) {
    if (window.newest <= now - windowMs) windows.delete(userId);
  }
}

/**
 * Milliseconds that never run backwards. The monotonic clock is not moved when the system's time is set; of a clock that has none, a jump
 * back counts as no time passed, so that nobody waits longer than one window.
 */
function steadyTime(clock: Clock): () => number {
  let last = 0;
  let behind = 0;
  return () => {
    const raw = clock.monotonic?.() ?? clock.now();
    if (raw + behind < last) behind = last - raw;
    last = raw + behind;
    return last;
  };
}
