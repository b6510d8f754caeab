import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { EmbedTask } from "./call-queue.ts";
import type { WorkerAnswer, WorkerSettings, WorkerTask } from "./embedding-worker.ts";
import type { EngineChoice } from "./engine.ts";

/**
 * glibc's allocator keeps large blocks that were freed once it has seen one: of a loaded model, 90 MB that nobody uses. With this setting, in
 * bytes, each large block is given back when it is freed. Other systems do not know the variable.
 */
const returnsMemory = { MALLOC_MMAP_THRESHOLD_: "1048576" };

/** onnxruntime counts its use for its maker: it keeps an id and a database in the user's cache folder and sends what is in it. Nobody asked for that. */
const tellsNobody = { ORT_DISABLE_TELEMETRY: "1" };

export interface WorkerEvents {
  onReady(choice: EngineChoice): void;
  onVector(task: EmbedTask, vector: Float32Array): void;
  onFailure(task: EmbedTask, message: string): void;
  /** The worker is gone, wanted or not. `how` is its exit code, its signal or why it could not be started; `lost` are the texts that it had taken. */
  onExit(exit: { how: string; wasReady: boolean; lost: EmbedTask[] }): void;
}

/**
 * One worker process with a loaded model. It starts when it is made, and a new one is made after it ended. A process and not a thread:
 * onnxruntime aborts the whole process when a thread ends in the middle of its work, and a process has a priority on every system.
 */
export class EmbeddingWorker {
  readonly #child: ChildProcess;
  readonly #events: WorkerEvents;
  readonly #taken = new Map<number, EmbedTask>();
  readonly #exited = Promise.withResolvers<string>();
  #nextId = 0;
  #ready = false;

  constructor(settings: WorkerSettings, events: WorkerEvents) {
    this.#events = events;
    this.#child = fork(fileURLToPath(new URL("./embedding-worker.ts", import.meta.url)), [JSON.stringify(settings)], {
      // Flags of the parent, such as a telemetry preload, are not for the workers.
      execArgv: ["--expose-gc"],
      // oxlint-disable-next-line node/no-process-env -- the loader of native modules has variables of its own
      env: { ...returnsMemory, ...process.env, ...tellsNobody },
      // Structured clone carries vectors without a detour through text.
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.hold(false);
    this.#child.on("message", (answer: WorkerAnswer) => this.#receive(answer));
    // Of a process that could not be started only `error` tells; of a started one `exit` does.
    this.#child.on("error", ({ message }) => this.#exited.resolve(message));
    this.#child.on("exit", (code, signal) => this.#exited.resolve(signal ?? `exit code ${code}`));
    void this.#exited.promise.then((how) => events.onExit({ how, wasReady: this.#ready, lost: [...this.#taken.values()] }));
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
    // A worker that died meanwhile is told by its exit.
    this.#child.send({ id, text: task.text } satisfies WorkerTask, () => undefined);
  }

  /** Whether the parent stays alive for this worker: only while somebody waits for it. */
  hold(waiting: boolean): void {
    if (waiting) {
      this.#child.ref();
      this.#child.channel?.ref();
    } else {
      this.#child.unref();
      this.#child.channel?.unref();
    }
  }

  /** Ends it at once; it holds nothing that could be lost. */
  async stop(): Promise<void> {
    this.hold(true);
    this.#child.kill("SIGKILL");
    await this.#exited.promise;
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
