import type { Clock } from "./clock.ts";

/** Values that are cheap to forget, the least recently used first. The caller puts everything that changes a value into its key. */
export class ExpiringCache<T> {
  readonly #entries = new Map<string, { value: T; expires: number }>();
  readonly #limit: number;
  readonly #lifetimeMs: number;
  readonly #clock: Clock;

  /** With 0 entries it keeps nothing. */
  constructor(options: { entries: number; lifetimeMs: number; clock: Clock }) {
    this.#limit = options.entries;
    this.#lifetimeMs = options.lifetimeMs;
    this.#clock = options.clock;
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (entry.expires <= this.#clock.now()) return undefined;
    // A map iterates in the order of insertion: what is put back is the last to be dropped.
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: T): void {
    if (this.#limit === 0) return;
    this.#entries.set(key, { value, expires: this.#clock.now() + this.#lifetimeMs });
    if (this.#entries.size <= this.#limit) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }
}
