import { constants } from "node:os";
import { services, type ServiceName } from "@parlance/contracts";
import { ConfigError, type ServiceDefinition } from "@parlance/platform";
import { isStoreError, StoreError } from "@parlance/ports";
import { adviceOn } from "./advice.ts";
import { diskWorks } from "./disk-works.ts";
import { run } from "./run.ts";
import type { RunningProcess } from "./running-process.ts";
import type { DiskFailure } from "./stores.ts";
import { unknownSettings } from "./unknown-settings.ts";

/**
 * The whole life of a program: starts the services with the settings of the environment, stops on a signal, and ends with a status that
 * tells. A server that is away is waited for; what else keeps it from starting is said in one clear text, without a stack. When something
 * fails for good that only a new process mends, it stops as well, with status 1. When the disk fails, what is stored can still be read, and
 * once it works again all is stopped and started anew.
 */
export async function runMain(
  definitions: readonly ServiceDefinition[],
  options: { started?: (running: RunningProcess) => void | Promise<void> } = {},
): Promise<void> {
  // What is stored is nobody else's to read, in a folder that others can read, too.
  process.umask(0o077);
  const program = new Program(definitions);
  // Not `once`: after that the next signal of its kind would end the process in the middle of the stop.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => program.onSignal(signal));
  // Started by another program of ours that was killed: nobody is left who would stop this one.
  if (process.connected) process.once("disconnect", () => program.end("parent ended"));
  await program.start(options.started);
}

/** Whoever ends a whole group of processes sends several signals at once; one that comes later is meant for a start that hangs. */
const echoMs = 1_000;

class Program {
  readonly #definitions: readonly ServiceDefinition[];
  /** Undefined while it starts. */
  #running: RunningProcess | undefined;
  readonly #stopped = new WeakSet<RunningProcess>();
  /** Those that can write nothing more. */
  readonly #failed = new WeakSet<RunningProcess>();
  /** Ends a start that waits for a server. */
  readonly #waiting = new AbortController();
  /** Why it is to end as soon as there is something to stop. */
  #asked: string | undefined;
  #firstSignalAt: number | undefined;

  constructor(definitions: readonly ServiceDefinition[]) {
    this.#definitions = definitions;
  }

  /** Also after a disk has failed, and then without telling anybody. */
  async start(started?: (running: RunningProcess) => void | Promise<void>): Promise<void> {
    try {
      const running = await this.#begin();
      await started?.(running);
    } catch (error) {
      if (error === this.#waiting.signal.reason) process.exit(0);
      refuse(error);
    }
    if (this.#asked !== undefined) this.end(this.#asked);
  }

  onSignal(signal: "SIGINT" | "SIGTERM" | "SIGHUP"): void {
    if (this.#running === undefined) {
      this.#firstSignalAt ??= performance.now();
      if (performance.now() - this.#firstSignalAt > echoMs) process.exit(128 + constants.signals[signal]);
    }
    this.end(signal);
  }

  /**
   * During a start it ends the waiting for a server, and is else kept until there is something to stop: as the first process of a container,
   * it would be ignored.
   */
  end(reason: string): void {
    if (this.#running !== undefined) {
      this.#stop(this.#running, { reason, exitCode: 0 });
      return;
    }
    this.#asked ??= reason;
    this.#waiting.abort(new Error("told to stop"));
  }

  async #begin(): Promise<RunningProcess> {
    // What was begun before may still fail while it stops, which is no fault of what is begun now.
    const own: { running?: RunningProcess } = {};
    const spread = !isWhole(this.#definitions);
    own.running = await run(this.#definitions, {
      env: process.env,
      spread,
      signal: this.#waiting.signal,
      onFatal: (error) => this.#onFatal(error),
      onDiskFailure: (failure) => this.#onDiskFailure(own.running, failure),
    });
    this.#running = own.running;
    const unknown = spread ? [] : unknownSettings(this.#definitions, process.env);
    if (unknown.length > 0)
      own.running.log.warn({ settings: unknown }, "unknown settings are ignored: see whether they are misspelled");
    return own.running;
  }

  #onFatal(error: Error): void {
    const running = this.#running;
    if (running === undefined) refuse(error);
    if (this.#stopped.has(running)) return;
    running.log.fatal({ err: error, advice: adviceOn(error) || nextStep(error) }, "the process cannot go on");
    this.#stop(running, { reason: "fatal error", exitCode: 1 });
  }

  #onDiskFailure(broken: RunningProcess | undefined, { error, file }: DiskFailure): void {
    if (broken === undefined) refuse(error);
    if (this.#failed.has(broken)) return;
    this.#failed.add(broken);
    broken.log.error(
      { err: error, advice: adviceOn(error) },
      "nothing can be written until the disk works; what is stored can be read",
    );
    void this.#reopen(broken, { error, file });
  }

  async #reopen(broken: RunningProcess, { error, file }: DiskFailure): Promise<void> {
    const works = await diskWorks(file);
    if (this.#stopped.has(broken)) return;
    if (!works) {
      this.#onFatal(error);
      return;
    }
    broken.log.warn("the disk works again: starting anew");
    this.#running = undefined;
    await broken.stop();
    await this.start();
  }

  /** The first reason counts, and no later one hurries a stop, whose time is limited. */
  #stop(running: RunningProcess, { reason, exitCode }: { reason: string; exitCode: number }): void {
    if (this.#stopped.has(running)) return;
    this.#stopped.add(running);
    running.log.info({ reason }, "stopping");
    setTimeout(() => {
      running.log.error("did not stop in time");
      process.exit(1);
    }, running.stopLimitMs).unref();
    void finish(running, exitCode);
  }
}

async function finish(running: RunningProcess, exitCode: number): Promise<void> {
  await running.stop();
  running.log.info("stopped");
  process.exitCode ??= exitCode;
  // Node lets go of signals while it ends by itself, and one more would then end it with the signal's status.
  process.once("beforeExit", (code) => process.exit(code));
  // Nothing of ours holds the process any more; a channel to a parent would.
  if (process.connected) process.disconnect();
}

function isWhole(definitions: readonly ServiceDefinition[]): boolean {
  const here = new Set<ServiceName>(definitions.map((definition) => definition.name));
  return here.has("gateway") && Object.values(services).every(({ owner }) => here.has(owner));
}

function refuse(error: unknown): never {
  const lines = ["", "Parlance cannot start.", explain(error), adviceOn(error)];
  process.stderr.write(`${lines.filter((line, index) => index === 0 || line !== "").join("\n")}\n`);
  process.exit(1);
}

/** What is damaged says itself what mends it. */
function nextStep(error: Error): string {
  return isStoreError(error, "corrupt") ? `No new start mends this: ${error.message}.` : "Start it again.";
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StoreError) return error.message;
  if (error instanceof Error) return process.env["PARLANCE_LOG_LEVEL"] === "debug" ? (error.stack ?? error.message) : error.message;
  return String(error);
}
