import { createPlaces, type Clock, type Places } from "@parlance/platform";

export interface HostPace {
  /** Asks the host when it may be asked, and no sooner than that is done does somebody else take the turn. @throws the signal's reason */
  atTurn<T>(host: string, options: { pauseMs: number; signal: AbortSignal }, ask: () => Promise<T>): Promise<T>;
  /** Nobody asks the host for so long. */
  rest(host: string, pauseMs: number): void;
}

/** Requests to one host that may be under way at once. */
const atOnce = 2;
const mostHosts = 10_000;

interface Host {
  places: Places;
  /** When the next request may begin, in milliseconds since the epoch. */
  next: number;
  /** How long before that it was said: nobody waits longer, though the clock was set back. */
  pauseMs: number;
}

/** Spreads requests to one host over time, across all chatbots of this process. */
export function createHostPace(clock: Clock): HostPace {
  const hosts = new Map<string, Host>();
  const hostOf = (name: string): Host => {
    const host = hosts.get(name) ?? { places: createPlaces(atOnce), next: 0, pauseMs: 0 };
    hosts.delete(name);
    hosts.set(name, host);
    for (const [oldest, { places, next }] of hosts) {
      if (hosts.size <= mostHosts || next > clock.now() || !places.isIdle || oldest === name) break;
      hosts.delete(oldest);
    }
    return host;
  };
  const restFor = (host: Host, pauseMs: number): void => {
    host.next = clock.now() + pauseMs;
    host.pauseMs = pauseMs;
  };
  return {
    async atTurn(name, { pauseMs, signal }, ask) {
      const host = hostOf(name);
      const place = await host.places.take(signal);
      try {
        // Others may have gone first, or the host may have asked for rest, while this one slept.
        for (let waited = -1, now = clock.now(); waited !== host.next && now < host.next; now = clock.now()) {
          waited = host.next;
          await clock.sleep(Math.min(host.next - now, host.pauseMs), signal);
        }
        restFor(host, pauseMs);
        return await ask();
      } finally {
        place.free();
      }
    },
    rest(name, pauseMs) {
      const host = hostOf(name);
      if (clock.now() + pauseMs > host.next) restFor(host, pauseMs);
    },
  };
}
