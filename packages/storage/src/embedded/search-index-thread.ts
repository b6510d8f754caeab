import { Worker, type Transferable } from "node:worker_threads";
import { StoreError, type StoreErrorKind } from "@parlance/ports";
import type { SearchOperations } from "./search-index-messages.ts";

type Name = keyof SearchOperations;
type Request<N extends Name> = Parameters<SearchOperations[N]>[0];
type Result<N extends Name> = ReturnType<SearchOperations[N]>;

export interface WorkerRequest {
  name: Name;
  request: unknown;
}

export type WorkerReply = { result: unknown } | { error: { kind: StoreErrorKind; message: string } };

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Buffers of the request that are moved, not copied; the caller loses them. */
  transfer?: readonly Transferable[];
}

interface Call extends WorkerRequest {
  transfer: readonly Transferable[];
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * A thread that does one thing at a time, in the order asked. When it dies, the call that it was busy with is rejected as
 * `unavailable`, and the next one gets a new thread. An idle thread does not keep the process alive.
 */
export class SearchIndexThread {
  readonly #script: URL;
  readonly #workerData: unknown;
  readonly #waiting: Call[] = [];
  #running: Call | undefined;
  #worker: Worker | undefined;

  constructor(script: URL, workerData: unknown) {
    this.#script = script;
    this.#workerData = workerData;
  }

  /** A call that is aborted before its turn is never made; the result of one that is running is thrown away. */
  call<N extends Name>(name: N, request: Request<N>, options: CallOptions = {}): Promise<Result<N>> {
    const { signal, transfer = [] } = options;
    return new Promise<Result<N>>((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const abort = (): void => {
        const place = this.#waiting.indexOf(call);
        if (place >= 0) this.#waiting.splice(place, 1);
        reject(signal?.reason as Error);
      };
      const done = (): void => signal?.removeEventListener("abort", abort);
      const call: Call = {
        name,
        request,
        transfer,
        resolve: (result) => (done(), resolve(result as Result<N>)),
        reject: (error) => (done(), reject(error)),
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#waiting.push(call);
      this.#next();
    });
  }

  /** Waits for the calls that are waiting, then ends the thread. Idempotent. */
  async close(): Promise<void> {
    if (this.#worker === undefined && this.#running === undefined) return;
    await this.call("close", {});
    await this.#worker?.terminate();
  }

  #next(): void {
    if (this.#running !== undefined) return;
    const call = this.#waiting.shift();
    if (call === undefined) return this.#worker?.unref();
    this.#running = call;
    this.#worker ??= this.#start();
    this.#worker.ref();
    this.#worker.postMessage({ name: call.name, request: call.request } satisfies WorkerRequest, call.transfer);
  }

  #start(): Worker {
    const worker = new Worker(this.#script, { workerData: this.#workerData, execArgv: [], name: "search-index" });
    let reason = "it ended";
    worker.on("message", (reply: WorkerReply) => this.#finish(reply));
    worker.on("error", (error) => (reason = error instanceof Error ? error.message : String(error)));
    worker.on("exit", () => {
      if (this.#worker === worker) this.#worker = undefined;
      if (this.#running !== undefined) {
        this.#finish({ error: { kind: "unavailable", message: `the search index's thread stopped: ${reason}` } });
      }
    });
    return worker;
  }

  #finish(reply: WorkerReply): void {
    const call = this.#running;
    this.#running = undefined;
    if ("error" in reply) call?.reject(new StoreError(reply.error.kind, reply.error.message));
    else call?.resolve(reply.result);
    this.#next();
  }
}
