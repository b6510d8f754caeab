import type { Clock } from "@parlance/platform";

const lifetimeMs = 600_000;

/**
 * Outcomes of recent searches, so that a score request and the chat turn that follows it search once. The caller puts everything that
 * changes an outcome into the key; the generation is part of it, so a retrain needs no invalidation.
 */
export class RecentSearches<T> {
  readonly #entries = new Map<string, { value: T; expires: number }>();
  readonly #limit: number;
  readonly #clock: Clock;

  constructor(options: { entries: number; clock: Clock }) {
    this.#limit = options.entries;
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
    this.#entries.set(key, { value, expires: this.#clock.now() + lifetimeMs });
    if (this.#entries.size <= this.#limit) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }
}
