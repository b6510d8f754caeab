import { EgressError } from "./egress-error.ts";

/** One signal for everything that can end a call early: its caller, its whole time, and the time of the phase it is in. */
export class Deadline {
  readonly signal: AbortSignal;
  readonly #control = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #total: NodeJS.Timeout;
  #phase: NodeJS.Timeout | undefined;

  /** @param totalMs of the whole call, in milliseconds */
  constructor(totalMs: number, caller: AbortSignal | undefined) {
    this.signal = this.#control.signal;
    this.#caller = caller;
    this.#total = setTimeout(this.#pass, totalMs, "The answer took too long");
    if (caller?.aborted) this.#onCallerAbort();
    caller?.addEventListener("abort", this.#onCallerAbort);
  }

  /** Begins a phase, which ends the one before. Without a time the phase has no limit of its own. */
  phase(limitMs?: number, message = ""): void {
    clearTimeout(this.#phase);
    this.#phase = limitMs === undefined ? undefined : setTimeout(this.#pass, limitMs, message);
  }

  /** Nothing times out any more. */
  end(): void {
    clearTimeout(this.#phase);
    clearTimeout(this.#total);
    this.#caller?.removeEventListener("abort", this.#onCallerAbort);
  }

  readonly #pass = (message: string): void => this.#control.abort(new EgressError("timeout", message));
  readonly #onCallerAbort = (): void => this.#control.abort(this.#caller?.reason);
}
