import type { Clock } from "@parlance/platform";

export interface HostPace {
  /** Resolves when the host may be asked again, and takes that turn. @throws the signal's reason */
  turn(host: string, options: { pauseMs: number; signal: AbortSignal }): Promise<void>;
}

const mostHosts = 10_000;

/** Spreads requests to one host over time, across all chatbots of this process. */
export function createHostPace(clock: Clock): HostPace {
  const next = new Map<string, number>();
  return {
    async turn(host, { pauseMs, signal }) {
      const now = clock.now();
      const at = Math.max(now, next.get(host) ?? 0);
      next.delete(host);
      next.set(host, at + pauseMs);
      for (const [oldest, free] of next) {
        if (next.size <= mostHosts || free > now) break;
        next.delete(oldest);
      }
      if (at > now) await clock.sleep(at - now, signal);
    },
  };
}
