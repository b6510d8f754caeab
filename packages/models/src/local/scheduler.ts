import { ModelUnavailableError } from "@parlance/ports";
import { CallQueue, type EmbedCall, type EmbedTask } from "./call-queue.ts";
import type { WorkerSettings } from "./embedding-worker.ts";
import type { EngineChoice } from "./engine.ts";
import { EmbeddingWorker } from "./worker.ts";

type Priority = WorkerSettings["priority"];

export interface SchedulerOptions {
  model: WorkerSettings["model"];
  native: WorkerSettings["native"];
  /** Workers for training; they start at the first background call. Without any, the one for visitors trains while none of them waits. */
  backgroundWorkers: number;
}

/** A background worker gets its next text before it has finished the last, so that a busy main worker does not make it idle. */
const backgroundAhead = 2;

/**
 * Spreads texts over worker processes. One worker serves visitors only. The others serve training, one text at a time, and
 * help a visitor when they have nothing else to do: so no question ever waits behind a training text.
 */
export class EmbeddingScheduler {
  readonly #options: SchedulerOptions;
  readonly #queues = { interactive: new CallQueue(), background: new CallQueue() };
  readonly #workers: Record<Priority, Set<EmbeddingWorker>> = { interactive: new Set(), background: new Set() };
  readonly #waiting = new Set<EmbedCall>();
  /** Kinds of which a worker did not start since they were last called for. */
  readonly #failedToStart = new Set<Priority>();
  #choice = Promise.withResolvers<EngineChoice>();
  #closing: Promise<void> | undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    // A failed start is told to the calls that meet it.
    this.#choice.promise.catch(() => undefined);
  }

  /** Whether the worker for visitors trains as well. */
  get #trainsBetween(): boolean {
    return this.#options.backgroundWorkers === 0;
  }

  /** Loads the model before anybody asks. */
  start(): void {
    this.#startUpTo("interactive", 1);
  }

  /** Settles when the first worker is ready. */
  get choice(): Promise<EngineChoice> {
    return this.#choice.promise;
  }

  embed(texts: readonly string[], priority: Priority, signal?: AbortSignal): Promise<Float32Array[]> {
    if (this.#closing) {
      return Promise.reject(new ModelUnavailableError("The embedder is closed."));
    }
    if (texts.length === 0) {
      return Promise.resolve([]);
    }
    const { promise, resolve, reject } = Promise.withResolvers<Float32Array[]>();
    const call: EmbedCall = { texts, vectors: [], next: 0, done: 0, resolve, reject };
    const abort = (): void => this.#settle(call, () => reject(signal?.reason));
    signal?.addEventListener("abort", abort, { once: true });
    this.#waiting.add(call);
    this.#queues[priority].add(call);
    this.#failedToStart.delete(priority);
    this.#dispatch();
    return promise.finally(() => signal?.removeEventListener("abort", abort));
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    const error = new ModelUnavailableError("The embedder was closed.");
    this.#failAll(error);
    this.#choice.reject(error);
    const workers = [...this.#workers.interactive, ...this.#workers.background];
    await Promise.all(workers.map((worker) => worker.stop()));
  }

  #start(priority: Priority): void {
    const worker: EmbeddingWorker = new EmbeddingWorker(
      // What trains gives way, even if visitors ask it as well: it would take time from all else of theirs.
      { model: this.#options.model, native: this.#options.native, priority: this.#trainsBetween ? "background" : priority },
      {
        onReady: (choice) => {
          this.#choice.resolve(choice);
          this.#dispatch();
        },
        onVector: (task, vector) => this.#finish(task, vector),
        onFailure: ({ call }, message) => {
          this.#settle(call, () => call.reject(new ModelUnavailableError(`The embedding engine failed: ${message}`)));
          this.#dispatch();
        },
        onExit: (exit) => this.#afterExit({ ...exit, worker, priority }),
      },
    );
    this.#workers[priority].add(worker);
  }

  #afterExit(exit: { worker: EmbeddingWorker; priority: Priority; how: string; wasReady: boolean; lost: EmbedTask[] }): void {
    this.#workers[exit.priority].delete(exit.worker);
    if (this.#closing) {
      return;
    }
    const advice = exit.how === "SIGKILL" ? " If the system has run out of memory, Parlance needs more." : "";
    const error = new ModelUnavailableError(`The embedding worker ended unexpectedly (${exit.how}).${advice}`);
    for (const { call } of exit.lost) {
      this.#settle(call, () => call.reject(error));
    }
    if (!exit.wasReady) {
      this.#giveUpStarting(exit.priority, error);
    }
    this.#dispatch();
  }

  /**
   * A worker that cannot even start would be started forever: what waits for its kind is left to those that are ready, or fails, and only
   * the next call tries again. What other workers have taken is theirs to answer.
   */
  #giveUpStarting(priority: Priority, error: Error): void {
    this.#failedToStart.add(priority);
    if (![...this.#workers[priority]].some((worker) => worker.isReady)) {
      const left = this.#trainsBetween ? this.#queues.background.drain() : [];
      for (const call of [...this.#queues[priority].drain(), ...left]) {
        this.#settle(call, () => call.reject(error));
      }
    }
    if ([...this.#workers.interactive, ...this.#workers.background].some((worker) => worker.isReady)) {
      return;
    }
    this.#choice.reject(error);
    this.#choice = Promise.withResolvers();
    this.#choice.promise.catch(() => undefined);
  }

  /** Hands texts to every worker that can take one, and starts the workers that are missing. */
  #dispatch(): void {
    this.#startMissing();
    const { interactive, background } = this.#queues;
    for (const worker of this.#workers.interactive) {
      this.#feed(worker, interactive, 1);
      if (this.#trainsBetween) this.#feed(worker, background, backgroundAhead);
    }
    for (const worker of this.#workers.background) {
      this.#feed(worker, interactive, 1);
      this.#feed(worker, background, backgroundAhead);
    }
    this.#holdWorkers();
  }

  #startMissing(): void {
    const { interactive, background } = this.#queues;
    if (!interactive.isEmpty || (this.#trainsBetween && !background.isEmpty)) this.#startUpTo("interactive", 1);
    if (!background.isEmpty) this.#startUpTo("background", this.#options.backgroundWorkers);
  }

  #startUpTo(priority: Priority, count: number): void {
    const wanted = this.#failedToStart.has(priority) ? 1 : count;
    while (this.#workers[priority].size < wanted) {
      this.#start(priority);
    }
  }

  #feed(worker: EmbeddingWorker, queue: CallQueue, limit: number): void {
    while (worker.isReady && worker.load < limit) {
      const task = queue.take();
      if (!task) {
        return;
      }
      worker.send(task);
    }
  }

  #holdWorkers(): void {
    for (const worker of [...this.#workers.interactive, ...this.#workers.background]) {
      worker.hold(this.#waiting.size > 0);
    }
  }

  #finish({ call, index }: EmbedTask, vector: Float32Array): void {
    call.vectors[index] = vector;
    call.done += 1;
    if (call.done === call.texts.length) {
      this.#settle(call, () => call.resolve(call.vectors));
    }
    this.#dispatch();
  }

  #settle(call: EmbedCall, settle: () => void): void {
    if (this.#waiting.delete(call)) {
      this.#queues.interactive.remove(call);
      this.#queues.background.remove(call);
      settle();
      this.#holdWorkers();
    }
  }

  #failAll(error: Error): void {
    for (const call of this.#waiting) {
      this.#settle(call, () => call.reject(error));
    }
  }
}
