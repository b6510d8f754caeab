/** Lets only so many through at once; who comes first, goes first. */
export interface Places {
  /** Waits for a place, to be freed once. @throws the signal's reason */
  take(signal: AbortSignal): Promise<Place>;
  /** A place that is free now. */
  tryTake(): Place | undefined;
  readonly isIdle: boolean;
}

export interface Place {
  free(): void;
}

export function createPlaces(count: number): Places {
  const waiting: (() => void)[] = [];
  let taken = 0;
  const place: Place = {
    free: () => {
      const next = waiting.shift();
      if (next === undefined) taken--;
      else next();
    },
  };
  return {
    async take(signal) {
      signal.throwIfAborted();
      if (taken < count) taken++;
      else await turn(waiting, signal);
      return place;
    },
    tryTake() {
      if (taken >= count) return undefined;
      taken++;
      return place;
    },
    get isIdle() {
      return taken === 0;
    },
  };
}

function turn(waiting: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onTurn = () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    };
    const onAbort = () => {
      waiting.splice(waiting.indexOf(onTurn), 1);
      reject(signal.reason);
    };
    waiting.push(onTurn);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
