import { ModelUnavailableError } from "@parlance/ports";

/** Milliseconds that an answer may take. */
export interface WatchdogLimits {
  firstPieceMs: number;
  idleMs: number;
  totalMs: number;
}

const defaultLimits: WatchdogLimits = { firstPieceMs: 30_000, idleMs: 30_000, totalMs: 120_000 };

/** Aborts an answer that comes too slowly, and remembers why. Only the total counts the time that the reader takes. */
export class Watchdog {
  readonly #limits: WatchdogLimits;
  readonly #controller = new AbortController();
  readonly #total: NodeJS.Timeout;
  #next: NodeJS.Timeout;
  #failure: ModelUnavailableError | undefined;

  constructor(limits: Partial<WatchdogLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
    this.#next = this.#after(this.#limits.firstPieceMs, "The model server did not begin its answer in time.");
    this.#total = this.#after(this.#limits.totalMs, "The model server did not finish its answer in time.");
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why it aborted, if it did. */
  get failure(): ModelUnavailableError | undefined {
    return this.#failure;
  }

  /** A piece has come, and the reader has it now. */
  pause(): void {
    clearTimeout(this.#next);
  }

  /** The reader wants the next piece, or the server has shown that it is at work. */
  resume(): void {
    clearTimeout(this.#next);
    this.#next = this.#after(this.#limits.idleMs, "The model server fell silent in the middle of its answer.");
  }

  /** Stops the clocks, and aborts what still runs, at once or when it has had so many milliseconds to end by itself. */
  end({ lingerMs }: { lingerMs: number }): void {
    clearTimeout(this.#next);
    clearTimeout(this.#total);
    if (lingerMs === 0) this.#controller.abort();
    else setTimeout(() => this.#controller.abort(), lingerMs).unref();
  }

  #after(milliseconds: number, message: string): NodeJS.Timeout {
    return setTimeout(() => {
      this.#failure ??= new ModelUnavailableError(message);
      this.#controller.abort();
    }, milliseconds);
  }
}
