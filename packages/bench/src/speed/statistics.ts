export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Interpolated between neighbours, so that few values give no steps; NaN of none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Pairs of measurements taken one right after the other. */
export interface Pairs<T> {
  ours: T[];
  reference: T[];
  /** Of a third side, see `Row.least`; empty where there is none. */
  least: T[];
}

/** On a machine that is busy with other things fewer pairs have to do. */
const budgetMs = 25_000;
const leastPairs = 3;

/**
 * Takes both sides in turns, ours first in every other pair, so that a noisy neighbour and a warming machine hit both alike. Stops before
 * so many pairs when the time is used up.
 */
export async function measurePairs<T>(
  count: number,
  { ours, reference, least }: { ours: () => Promise<T>; reference: () => Promise<T>; least?: () => Promise<T> },
): Promise<Pairs<T>> {
  const pairs: Pairs<T> = { ours: [], reference: [], least: [] };
  const until = performance.now() + budgetMs;
  for (let index = 0; index < count && (index < leastPairs || performance.now() < until); index++) {
    const turns = [() => take(pairs.ours, ours), () => take(pairs.reference, reference)];
    if (least !== undefined) turns.push(() => take(pairs.least, least));
    for (const turn of index % 2 === 0 ? turns : turns.toReversed()) await turn();
  }
  return pairs;
}

async function take<T>(taken: T[], side: () => Promise<T>): Promise<void> {
  taken.push(await side());
}

/** Median over the pairs of ours divided by the reference. */
export function medianRatio<T>({ ours, reference }: Omit<Pairs<T>, "least">, valueOf: (measured: T) => number): number {
  return median(
    ours.flatMap((one, index) => {
      const other = reference[index];
      return other === undefined ? [] : [valueOf(one) / valueOf(other)];
    }),
  );
}

/** Milliseconds that a piece of work takes. */
export async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const began = performance.now();
  const value = await work();
  return { ms: performance.now() - began, value };
}
