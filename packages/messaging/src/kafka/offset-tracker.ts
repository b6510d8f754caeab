/** An attempt count that must survive a restart. `retryAt` in milliseconds since the epoch. */
export interface FailedOffset {
  attempts: number;
  retryAt: number;
}

/** As many as fit into the 4,096 characters that a broker stores with an offset by default. */
const maxRemembered = 100;

/**
 * What is handled of one partition: events end out of order, so the offset to commit is the lowest that has not ended. Failed attempts
 * below that travel in the commit's metadata.
 */
export class OffsetTracker {
  readonly #open = new Set<number>();
  readonly #failed = new Map<number, FailedOffset>();
  /** The next offset to read. */
  next: number;

  constructor(start: number, metadata: string | null) {
    this.next = start;
    for (const [offset, failed] of parse(metadata)) this.#failed.set(offset, failed);
  }

  /** An event was read; false when it was read before. */
  begin(offset: number): boolean {
    if (offset < this.next) return false;
    this.next = offset + 1;
    this.#open.add(offset);
    return true;
  }

  failed(offset: number, failed: FailedOffset): void {
    this.#failed.set(offset, failed);
  }

  attemptsOf(offset: number): FailedOffset | undefined {
    return this.#failed.get(offset);
  }

  end(offset: number): void {
    this.#open.delete(offset);
    this.#failed.delete(offset);
  }

  /** Everything below this is handled. */
  get watermark(): number {
    const [lowest] = this.#open;
    return lowest ?? this.next;
  }

  get metadata(): string {
    const remembered = [...this.#failed].slice(0, maxRemembered);
    return remembered.map(([offset, { attempts, retryAt }]) => `${offset}:${attempts}:${retryAt}`).join(",");
  }
}

function parse(metadata: string | null): [number, FailedOffset][] {
  return (metadata ?? "")
    .split(",")
    .map((entry) => entry.split(":").map(Number))
    .filter((numbers) => numbers.length === 3 && numbers.every(Number.isSafeInteger))
    .map(([offset = 0, attempts = 0, retryAt = 0]) => [offset, { attempts, retryAt }]);
}
