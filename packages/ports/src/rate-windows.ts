/** Length of a window, in milliseconds. */
export const windowMs = 60_000;

/**
 * What was let through lately, by key, counted together by all processes that share the store. It is not durable: a store that starts
 * anew may have forgotten.
 */
export interface RateWindows {
  /**
   * Lets one through, and counts it, if fewer than `limit` were let through in the last 60 seconds: one step, whoever else asks.
   * One that is refused is not counted, else whoever keeps asking would never get through again. A store may need up to 100 ms
   * longer to see that there is room. Never rejects: while the store cannot tell, each process counts for itself, and an answer takes
   * less than a second.
   */
  take(key: string, limit: number): Promise<RateWindow>;
}

export interface RateWindow {
  passed: boolean;
  /** Let through in the window, with this one if it was. */
  used: number;
  /** Milliseconds until the oldest of them is out of the window; 0 when there is none. */
  oldestLeavesMs: number;
  /** Milliseconds until the newest of them is. */
  newestLeavesMs: number;
}
