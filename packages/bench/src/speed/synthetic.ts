import { seededRandom } from "../eval/typos.ts";

export type Random = () => number;

export { seededRandom };

/** A normal number, near enough: the sum of three uniform ones has the same mean and spread. */
function normal(random: Random): number {
  return (random() + random() + random() - 1.5) * 2;
}

/** Vectors of length 1, all in one array. */
export interface VectorSet {
  count: number;
  dimension: number;
  values: Float32Array;
}

/**
 * Vectors as an embedding model gives them: topics far from one another, and around each of them texts with a cosine of about a half to
 * each other.
 */
export function clusteredVectors(count: number, options: { dimension: number; perCluster: number; random: Random }): VectorSet {
  const { dimension, perCluster, random } = options;
  const values = new Float32Array(count * dimension);
  const centre = new Float32Array(dimension);
  for (let index = 0; index < count; index++) {
    if (index % perCluster === 0) for (let at = 0; at < dimension; at++) centre[at] = normal(random);
    const vector = values.subarray(index * dimension, (index + 1) * dimension);
    for (let at = 0; at < dimension; at++) vector[at] = (centre[at] ?? 0) + normal(random);
    normalise(vector);
  }
  return { count, dimension, values };
}

export function vectorAt({ values, dimension }: VectorSet, index: number): Float32Array {
  return values.subarray(index * dimension, (index + 1) * dimension);
}

/** A question about one of the texts: its vector, moved. */
export function queryVector(set: VectorSet, random: Random): Float32Array {
  const vector = vectorAt(set, Math.floor(random() * set.count)).slice();
  const noise = 1 / Math.sqrt(set.dimension);
  for (let at = 0; at < vector.length; at++) vector[at] = (vector[at] ?? 0) + normal(random) * noise;
  normalise(vector);
  return vector;
}

function normalise(vector: Float32Array): void {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const norm = Math.sqrt(squares);
  for (let at = 0; at < vector.length; at++) vector[at] = (vector[at] ?? 0) / norm;
}

/**
 * Words whose frequency falls with their rank as in every language (Zipf, "Human Behavior and the Principle of Least Effort", 1949).
 */
class ZipfWords {
  readonly #cumulative: Float64Array;
  readonly #random: Random;

  constructor(size: number, random: Random) {
    this.#random = random;
    this.#cumulative = new Float64Array(size);
    let total = 0;
    for (let rank = 0; rank < size; rank++) this.#cumulative[rank] = total += 1 / (rank + 1);
    for (let rank = 0; rank < size; rank++) this.#cumulative[rank] = (this.#cumulative[rank] ?? 0) / total;
  }

  /** A rank, from 0. */
  next(): number {
    const wanted = this.#random();
    let low = 0;
    let high = this.#cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#cumulative[middle] ?? 1) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The word of a rank: syllables that an analysis of words leaves as they are. */
export function wordOf(rank: number): string {
  const consonants = "bdfgklmnprtv";
  const vowels = "aeiou";
  let text = "";
  for (let rest = rank + 60; rest > 0; rest = Math.floor(rest / 60)) {
    text += `${consonants[rest % 12] ?? ""}${vowels[Math.floor(rest / 12) % 5] ?? ""}`;
  }
  return text;
}

/** Texts of so many words each, as ranks of words. */
export function zipfTexts(count: number, options: { words: number; vocabulary: number; random: Random }): Uint16Array[] {
  const words = new ZipfWords(options.vocabulary, options.random);
  return Array.from({ length: count }, () => Uint16Array.from({ length: options.words }, () => words.next()));
}
