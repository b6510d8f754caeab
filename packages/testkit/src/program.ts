import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { until } from "./until.ts";

export interface ProgramOptions {
  /** The file that Node runs. */
  main: URL;
  env?: Readonly<Record<string, string>>;
  /** A file to which everything it prints is appended as well. */
  logFile?: string;
}

/** A program of ours in a process of its own, as an operator runs it, with everything it printed. */
export class Program {
  readonly #child: ChildProcess;
  #output = "";

  constructor({ main, env, logFile }: ProgramOptions) {
    this.#child = spawn(process.execPath, [fileURLToPath(main)], {
      env: { ...inherited(), ...env },
      // Over the channel it notices when whoever started it is gone, and stops.
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const keep = (part: Buffer) => {
      this.#output += part.toString();
      if (logFile !== undefined) appendFileSync(logFile, part);
    };
    this.#child.stdout?.on("data", keep);
    this.#child.stderr?.on("data", keep);
  }

  /** Standard output and error as they came. */
  get output(): string {
    return this.#output;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** First group of a pattern in the output, once it is there; fails with the output when the program ends before. */
  async says(pattern: RegExp): Promise<string> {
    return until(
      `the program says ${pattern}`,
      () => {
        const found = pattern.exec(this.#output);
        if (found !== null) return found[1] ?? found[0];
        if (!this.running) throw new Error(`the program ended with ${this.#child.exitCode}:\n${this.#output}`);
        return undefined;
      },
      { timeoutMs: 60_000 },
    );
  }

  /** Stops it in the middle of whatever it does, as if the machine had no time for it; its connections stay. */
  pause(): void {
    this.#child.kill("SIGSTOP");
  }

  /** Lets it go on. */
  resume(): void {
    this.#child.kill("SIGCONT");
  }

  /** Sends a signal, and resolves with the exit code, or the signal's name, when the program is gone. */
  async end(signal: "SIGTERM" | "SIGINT" | "SIGHUP" | "SIGKILL"): Promise<number | string> {
    if (this.running) {
      const exited = once(this.#child, "exit");
      this.#child.kill(signal);
      await exited;
    }
    return this.ended();
  }

  /** Exit code, or the signal's name, once the program has ended by itself. */
  async ended(): Promise<number | string> {
    if (this.running) await once(this.#child, "exit");
    return this.#child.exitCode ?? this.#child.signalCode ?? "unknown";
  }
}

/** Of this process's variables those that are no settings: where programs are, and how the system gives memory. */
function inherited(): Record<string, string> {
  const { PATH = "", MALLOC_ARENA_MAX } = process.env;
  return { PATH, ...(MALLOC_ARENA_MAX !== undefined && { MALLOC_ARENA_MAX }) };
}
