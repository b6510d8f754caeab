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
  sides: { ours: () => Promise<T>; reference: () => Promise<T> },
): Promise<Pairs<T>> {
  const pairs: Pairs<T> = { ours: [], reference: [] };
  const until = performance.now() + budgetMs;
  for (let index = 0; index < count && (index < leastPairs || performance.now() < until); index++) {
    for (const side of index % 2 === 0 ? (["ours", "reference"] as const) : (["reference", "ours"] as const))
      pairs[side].push(await sides[side]());
  }
  return pairs;
}

/** Median over the pairs of ours divided by the reference. */
export function medianRatio<T>({ ours, reference }: Pairs<T>, valueOf: (measured: T) => number): number {
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
