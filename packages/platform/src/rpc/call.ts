import { Code, ConnectError } from "@connectrpc/connect";
import { AppError } from "../app-error.ts";
import { toConnectError } from "../errors.ts";

/** One call as its caller has it, from its first step to its last. */
export interface Call {
  /** What handler and interceptors see: aborts when the caller gives up, at the deadline, when the process stops, and when the call is over. */
  readonly signal: AbortSignal;
  /** Milliseconds that are left. */
  readonly timeoutMs: () => number;
  /** Settles as `work` does, or rejects as soon as the caller gives up or the deadline passes. */
  race<T>(work: Promise<T>): Promise<T>;
  /** Ends the call for the caller with this error, and tells the handler. */
  fail(error: ConnectError): void;
  /** Releases timer and listeners. Idempotent. */
  end(): void;
  /** Calls back once the call has failed or ended, at once if it has; not when the process merely begins to stop. */
  onClosed(listener: () => void): void;
}

export interface CallOptions {
  timeoutMs: number;
  /** The caller's; not yet aborted. */
  signal: AbortSignal | undefined;
  shutdownSignal: AbortSignal | undefined;
}

/** An abort without a reason would build an error with a stack, ten times the cost of the call. */
const over = new ConnectError("the call is over", Code.Canceled);

export function openCall({ timeoutMs, signal, shutdownSignal }: CallOptions): Call {
  const deadline = Date.now() + timeoutMs;
  const controller = new AbortController();
  const waiting = new Set<(error: ConnectError) => void>();
  const listeners: (() => void)[] = [];
  let closed = false;
  let failure: ConnectError | undefined;

  const close = (reason: ConnectError) => {
    closed = true;
    clearTimeout(timer);
    signal?.removeEventListener("abort", onCallerAbort);
    shutdownSignal?.removeEventListener("abort", onShutdown);
    if (!controller.signal.aborted) controller.abort(reason);
    for (const listener of listeners) listener();
  };
  const fail = (error: ConnectError) => {
    if (closed) return;
    failure = error;
    for (const reject of waiting) reject(error);
    close(error);
  };
  const onCallerAbort = () => fail(ConnectError.from(signal?.reason, Code.Canceled));
  // The caller is not cut off here: it gets what the handler makes of being told to stop.
  const onShutdown = () => controller.abort(toConnectError(new AppError("SERVICE_UNAVAILABLE")));

  const timer = setTimeout(() => fail(new ConnectError("the operation timed out", Code.DeadlineExceeded)), timeoutMs);
  signal?.addEventListener("abort", onCallerAbort);
  if (shutdownSignal?.aborted === true) onShutdown();
  else shutdownSignal?.addEventListener("abort", onShutdown);

  return {
    signal: controller.signal,
    timeoutMs: () => deadline - Date.now(),
    race: (work) =>
      new Promise((resolve, reject) => {
        if (failure === undefined) waiting.add(reject);
        else reject(failure);
        const settled =
          <V>(settle: (value: V) => void) =>
          (value: V) => {
            waiting.delete(reject);
            settle(value);
          };
        work.then(settled(resolve), settled(reject));
      }),
    fail,
    end: () => {
      if (!closed) close(over);
    },
    onClosed: (listener) => {
      if (closed) listener();
      else listeners.push(listener);
    },
  };
}
