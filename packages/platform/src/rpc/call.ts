import { Code, ConnectError } from "@connectrpc/connect";
import { AppError } from "../app-error.ts";
import { toConnectError } from "../errors.ts";

export interface CallOptions {
  timeoutMs: number;
  /** The caller's; not yet aborted. */
  signal: AbortSignal | undefined;
}

/** An abort without a reason would build an error with a stack, ten times the cost of the call. */
const over = new ConnectError("the call is over", Code.Canceled);

/** One call as its caller has it, from its first step to its last. */
export class Call {
  /** By a clock that is not set: a call must not end, nor last, because somebody puts the system's time right. */
  readonly #deadline: number;
  readonly #timer: NodeJS.Timeout;
  readonly #callers: AbortSignal | undefined;
  readonly #waiting = new Set<(error: ConnectError) => void>();
  readonly #listeners: (() => void)[] = [];
  /** Made when somebody looks: it costs more than the rest of a call. */
  #controller: AbortController | undefined;
  #stopped: ConnectError | undefined;
  #closed = false;
  #failure: ConnectError | undefined;

  constructor({ timeoutMs, signal }: CallOptions) {
    this.#deadline = performance.now() + timeoutMs;
    this.#timer = setTimeout(onTimeout, timeoutMs, this);
    this.#callers = signal;
    signal?.addEventListener("abort", this.#onCallerAbort);
  }

  /** What handler and interceptors see: aborts when the caller gives up, at the deadline, when the process stops, and when the call is over. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#stopped !== undefined) this.#controller.abort(this.#stopped);
    }
    return this.#controller.signal;
  }

  /** Milliseconds that are left. */
  timeoutMs(): number {
    return this.#deadline - performance.now();
  }

  /** Settles as `work` does, or rejects as soon as the caller gives up or the deadline passes. */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#failure === undefined) this.#waiting.add(reject);
      else reject(this.#failure);
      const settled =
        <V>(settle: (value: V) => void) =>
        (value: V) => {
          this.#waiting.delete(reject);
          settle(value);
        };
      work.then(settled(resolve), settled(reject));
    });
  }

  /** Ends the call for the caller with this error, and tells the handler. */
  fail(error: ConnectError): void {
    if (this.#closed) return;
    this.#failure = error;
    for (const reject of this.#waiting) reject(error);
    this.#close(error);
  }

  /** Tells the handler that the process stops. The caller is not cut off here: it gets what the handler makes of being told. */
  stop(): void {
    this.#abort(toConnectError(new AppError("SERVICE_UNAVAILABLE")));
  }

  /** Releases timer and listeners. Idempotent. */
  end(): void {
    if (!this.#closed) this.#close(over);
  }

  /** Calls back once the call has failed or ended, at once if it has; not when the process merely begins to stop. */
  onClosed(listener: () => void): void {
    if (this.#closed) listener();
    else this.#listeners.push(listener);
  }

  readonly #onCallerAbort = () => this.fail(ConnectError.from(this.#callers?.reason, Code.Canceled));

  #close(reason: ConnectError): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#callers?.removeEventListener("abort", this.#onCallerAbort);
    this.#abort(reason);
    for (const listener of this.#listeners) listener();
  }

  #abort(reason: ConnectError): void {
    this.#stopped ??= reason;
    if (this.#controller?.signal.aborted === false) this.#controller.abort(reason);
  }
}

function onTimeout(call: Call): void {
  call.fail(new ConnectError("the operation timed out", Code.DeadlineExceeded));
}
