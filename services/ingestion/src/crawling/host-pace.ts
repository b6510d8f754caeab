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
}

/** Spreads requests to one host over time, across all chatbots of this process. */
export function createHostPace(clock: Clock): HostPace {
  const hosts = new Map<string, Host>();
  const hostOf = (name: string): Host => {
    const host = hosts.get(name) ?? { places: createPlaces(atOnce), next: 0 };
    hosts.delete(name);
    hosts.set(name, host);
    for (const [oldest, { places, next }] of hosts) {
      if (hosts.size <= mostHosts || next > clock.now() || !places.isIdle || oldest === name) break;
      hosts.delete(oldest);
    }
    return host;
  };
  return {
    async atTurn(name, { pauseMs, signal }, ask) {
      const host = hostOf(name);
      const place = await host.places.take(signal);
      try {
        // Others may have gone first, or the host may have asked for rest, while this one slept.
        for (let now = clock.now(); now < host.next; now = clock.now()) await clock.sleep(host.next - now, signal);
        host.next = clock.now() + pauseMs;
        return await ask();
      } finally {
        place.free();
      }
    },
    rest(name, pauseMs) {
      const host = hostOf(name);
      host.next = Math.max(host.next, clock.now() + pauseMs);
    },
  };
}
