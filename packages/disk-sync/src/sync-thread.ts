import { Worker } from "node:worker_threads";

export interface SyncRequest {
  call: number;
  /** Descriptor of the file, which all threads of a process share. */
  file: number;
}

export interface SyncReply {
  call: number;
  /** The system's error, if it failed. Its code is told beside it, because an error that crosses threads keeps only its message. */
  error?: { message: string; code?: string | undefined };
}

interface Call {
  resolve(): void;
  reject(error: Error): void;
}

/**
 * A thread that does syncs in the order asked. It starts with the first, is replaced when it dies, and keeps no process alive that waits for
 * nothing.
 */
export class SyncThread {
  readonly #calls = new Map<number, Call>();
  #worker: Worker | undefined;
  #last = 0;

  sync(file: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#worker ??= this.#start();
      if (this.#calls.size === 0) this.#worker.ref();
      const call = ++this.#last;
      this.#calls.set(call, { resolve, reject });
      this.#worker.postMessage({ call, file } satisfies SyncRequest, []);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL("./sync-worker.ts", import.meta.url), { execArgv: [], name: "disk-sync" });
    let message = "the thread that syncs files ended";
    worker.on("message", (reply: SyncReply) => this.#finish(worker, reply));
    worker.on("error", (error) => (message = error instanceof Error ? error.message : message));
    worker.on("exit", () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      for (const call of this.#calls.keys()) this.#finish(worker, { call, error: { message } });
    });
    return worker;
  }

  #finish(worker: Worker, { call, error }: SyncReply): void {
    const waiting = this.#calls.get(call);
    this.#calls.delete(call);
    if (this.#calls.size === 0) worker.unref();
    if (error === undefined) waiting?.resolve();
    else waiting?.reject(Object.assign(new Error(error.message), { code: error.code }));
  }
}
