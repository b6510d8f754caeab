import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { usageOfTree } from "./process-tree.ts";

interface Question {
  id: number;
  name: string;
  input: unknown;
}

type Answer = { ready: unknown } | { id: number; value: unknown } | { id: number; failure: string };

/** A program of the benchmarks in a process of its own, so that what is measured shares no event loop with what measures. */
export class Child {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #ready = Promise.withResolvers<unknown>();
  #nextId = 0;

  constructor(script: URL, options: { input?: object; env?: Readonly<Record<string, string>>; execArgv?: string[] } = {}) {
    this.#process = fork(fileURLToPath(script), [JSON.stringify(options.input ?? {})], {
      env: { PATH: process.env["PATH"] ?? "", NODE_ENV: "production", ...options.env },
      serialization: "advanced",
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      execArgv: options.execArgv ?? [],
    });
    this.#process.on("message", (answer: Answer) => this.#receive(answer));
    this.#process.on("exit", (code, signal) => this.#fail(new Error(`a program of the benchmark ended with ${signal ?? code}`)));
    // Whoever does not wait for the start is told by the first call.
    this.#ready.promise.catch(() => undefined);
  }

  /** What the program said when it was ready. */
  async ready<T>(): Promise<T> {
    return (await this.#ready.promise) as T;
  }

  async call<T = void>(name: string, input: object = {}): Promise<T> {
    const id = this.#nextId++;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    this.#process.send({ id, name, input } satisfies Question, (error) => {
      if (error !== null) answer.reject(error);
    });
    return (await answer.promise) as T;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** CPU time of the program and the processes it started. */
  get cpuMs(): number {
    return usageOfTree(this.pid).cpuMs;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, "exit");
    // Nothing of a benchmark is worth an orderly end.
    this.#process.kill("SIGKILL");
    await exited;
  }

  #receive(answer: Answer): void {
    if ("ready" in answer) {
      this.#ready.resolve(answer.ready);
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ("failure" in answer) waiting?.reject(new Error(answer.failure));
    else waiting?.resolve(answer.value);
  }

  #fail(error: Error): void {
    this.#ready.reject(error);
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

/** The other end: answers calls by name until the parent is gone. */
export function serve(ready: unknown, handlers: Readonly<Record<string, (input: never) => unknown>>): void {
  const tell = (answer: Answer) => process.send?.(answer, undefined, undefined, () => undefined);
  process.on("disconnect", () => process.exit());
  process.on("message", ({ id, name, input }: Question) => {
    const handler = handlers[name];
    Promise.try(() => {
      if (handler === undefined) throw new Error(`no handler ${name}`);
      return handler(input as never);
    }).then(
      (value) => tell({ id, value }),
      (error: unknown) => tell({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  tell({ ready });
}

/** What the parent gave a worker at its start. */
export function startInput(): unknown {
  return JSON.parse(process.argv[2] ?? "{}");
}
