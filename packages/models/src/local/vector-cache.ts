import { createHash } from "node:crypto";

/** The vectors of the texts that were asked for last. It keeps hashes, not what a visitor typed. */
export class VectorCache {
  readonly #vectors = new Map<string, Float32Array>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** A copy, so that no caller can change another's vector. */
  get(text: string): Float32Array | undefined {
    const key = hashOf(text);
    const vector = this.#vectors.get(key);
    if (!vector) {
      return undefined;
    }
    this.#vectors.delete(key);
    this.#vectors.set(key, vector);
    return vector.slice();
  }

  set(text: string, vector: Float32Array): void {
    const key = hashOf(text);
    this.#vectors.delete(key);
    this.#vectors.set(key, vector.slice());
    const [oldest] = this.#vectors.keys();
    if (this.#vectors.size > this.#capacity && oldest !== undefined) {
      this.#vectors.delete(oldest);
    }
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
