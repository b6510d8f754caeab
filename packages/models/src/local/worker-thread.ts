import { Worker } from "node:worker_threads";
import type { EmbedTask } from "./call-queue.ts";
import type { WorkerAnswer, WorkerSettings, WorkerTask } from "./embedding-worker.ts";
import type { EngineChoice } from "./engine.ts";

export interface ThreadEvents {
  onReady(choice: EngineChoice): void;
  onVector(task: EmbedTask, vector: Float32Array): void;
  onFailure(task: EmbedTask, message: string): void;
  /** The thread is gone, wanted or not. `lost` are the texts that it had taken. */
  onExit(exit: { wasReady: boolean; lost: EmbedTask[] }): void;
}

/** One worker thread with a loaded model. It starts when it is made, and a new one is made after it ended. */
export class EmbeddingThread {
  readonly #worker: Worker;
  readonly #events: ThreadEvents;
  readonly #taken = new Map<number, EmbedTask>();
  #nextId = 0;
  #ready = false;
  #exited = false;

  constructor(settings: WorkerSettings, events: ThreadEvents) {
    this.#events = events;
    // Flags of the main thread, such as a telemetry preload, are not for the workers.
    this.#worker = new Worker(new URL("./embedding-worker.ts", import.meta.url), { workerData: settings, execArgv: [] });
    this.#worker.unref();
    this.#worker.on("message", (answer: WorkerAnswer) => this.#receive(answer));
    // An exit always follows, and it carries the consequences.
    this.#worker.on("error", () => undefined);
    this.#worker.on("exit", () => {
      this.#exited = true;
      events.onExit({ wasReady: this.#ready, lost: [...this.#taken.values()] });
    });
  }

  get isReady(): boolean {
    return this.#ready;
  }

  /** Texts that it has taken and not answered. */
  get load(): number {
    return this.#taken.size;
  }

  send(task: EmbedTask): void {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#taken.set(id, task);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
    this.#worker.postMessage({ id, text: task.text } satisfies WorkerTask);
  }

  /** Whether the process stays alive for this thread: only while somebody waits for it. */
  hold(waiting: boolean): void {
    if (waiting) {
      this.#worker.ref();
    } else {
      this.#worker.unref();
    }
  }

  /**
   * Ends the thread once it has loaded its model and answered what it has taken: a thread that is ended inside a native call takes
   * the whole process with it.
   */
  async stop(): Promise<void> {
    while (!this.#exited && (!this.#ready || this.#taken.size > 0)) await this.#nextSign();
    await this.#worker.terminate();
  }

  /** Resolves at the thread's next message or at its end. */
  #nextSign(): Promise<void> {
    this.#worker.ref();
    return new Promise((resolve) => {
      const heard = () => {
        this.#worker.off("message", heard).off("exit", heard);
        resolve();
      };
      this.#worker.on("message", heard).on("exit", heard);
    });
  }

  #receive(answer: WorkerAnswer): void {
    if ("ready" in answer) {
      this.#ready = true;
      this.#events.onReady(answer.ready);
      return;
    }
    const task = this.#taken.get(answer.id);
    if (!task) {
      return;
    }
    this.#taken.delete(answer.id);
    if ("vector" in answer) {
      this.#events.onVector(task, answer.vector);
    } else {
      this.#events.onFailure(task, answer.failure);
    }
  }
}
