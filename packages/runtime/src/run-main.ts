import { constants } from "node:os";
import { services, type ServiceName } from "@parlance/contracts";
import { ConfigError, type ServiceDefinition } from "@parlance/platform";
import { StoreError } from "@parlance/ports";
import { adviceOn } from "./advice.ts";
import { diskWorks } from "./disk-works.ts";
import { run, type RunningProcess } from "./run.ts";
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
  let running: RunningProcess | undefined;
  const begin = async () => {
    // What was begun before may still fail while it stops, which is no fault of what is begun now.
    const own: { running?: RunningProcess } = {};
    const spread = !isWhole(definitions);
    const onDiskFailure = (failure: DiskFailure) => tellDiskFailure(own.running, failure);
    own.running = await run(definitions, { env: process.env, spread, signal: waiting.signal, onFatal, onDiskFailure });
    running = own.running;
    const unknown = spread ? [] : unknownSettings(definitions, process.env);
    if (unknown.length > 0)
      running.log.warn({ settings: unknown }, "unknown settings are ignored: see whether they are misspelled");
    return running;
  };
  const onFatal = (error: Error) => {
    if (running === undefined) refuse(error);
    if (stopped.has(running)) return;
    running.log.fatal({ err: error, advice: adviceOn(error) || nextStep(error) }, "the process cannot go on");
    stop(running, { reason: "fatal error", exitCode: 1 });
  };
  const tellDiskFailure = (broken: RunningProcess | undefined, { error, file }: DiskFailure) => {
    if (broken === undefined) refuse(error);
    if (failed.has(broken)) return;
    failed.add(broken);
    broken.log.error(
      { err: error, advice: adviceOn(error) },
      "nothing can be written until the disk works; what is stored can be read",
    );
    void reopen(broken, { error, file });
  };
  const reopen = async (broken: RunningProcess, { error, file }: DiskFailure) => {
    const works = await diskWorks(file);
    if (stopped.has(broken)) return;
    if (!works) {
      onFatal(error);
      return;
    }
    broken.log.warn("the disk works again: starting anew");
    running = undefined;
    await broken.stop();
    await begin().catch(refuseUnlessAsked);
    if (asked !== undefined) onSignal(asked);
  };
  // A signal during a start ends the waiting for a server, and is else kept until there is something to stop: as the first process of a
  // container, it would be ignored.
  const waiting = new AbortController();
  let asked: string | undefined;
  const onSignal = (reason: string) => {
    if (running !== undefined) {
      stop(running, { reason, exitCode: 0 });
      return;
    }
    asked ??= reason;
    waiting.abort(new Error("told to stop"));
  };
  const refuseUnlessAsked = (error: unknown): never => {
    if (error === waiting.signal.reason) process.exit(0);
    refuse(error);
  };
  // Not `once`: after that the next signal of its kind would end the process in the middle of the stop.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (running === undefined && hasLostPatience()) process.exit(128 + constants.signals[signal]);
      onSignal(signal);
    });
  }
  // Started by another program of ours that was killed: nobody is left who would stop this one.
  if (process.connected) process.once("disconnect", () => onSignal("parent ended"));
  try {
    const begun = await begin();
    await options.started?.(begun);
  } catch (error) {
    refuseUnlessAsked(error);
  }
  if (asked !== undefined) onSignal(asked);
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

/** Whoever ends a whole group of processes sends several signals at once; one that comes later is meant for a start that hangs. */
const echoMs = 1_000;
let firstSignalAt: number | undefined;

function hasLostPatience(): boolean {
  firstSignalAt ??= performance.now();
  return performance.now() - firstSignalAt > echoMs;
}

const stopped = new WeakSet<RunningProcess>();
/** Those that can write nothing more. */
const failed = new WeakSet<RunningProcess>();

/** The first reason counts, and no later one hurries a stop, whose time is limited. */
function stop(running: RunningProcess, { reason, exitCode }: { reason: string; exitCode: number }): void {
  if (stopped.has(running)) return;
  stopped.add(running);
  running.log.info({ reason }, "stopping");
  setTimeout(() => {
    running.log.error("did not stop in time");
    process.exit(1);
  }, running.stopLimitMs).unref();
  void finish(running, exitCode);
}

async function finish(running: RunningProcess, exitCode: number): Promise<void> {
  await running.stop();
  running.log.info("stopped");
  process.exitCode ??= exitCode;
  // Nothing of ours holds the process any more; a channel to a parent would.
  if (process.connected) process.disconnect();
}

/** What is damaged says itself what mends it. */
function nextStep(error: Error): string {
  return error instanceof StoreError && error.kind === "corrupt" ? `No new start mends this: ${error.message}.` : "Start it again.";
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StoreError) return error.message;
  if (error instanceof Error) return process.env["PARLANCE_LOG_LEVEL"] === "debug" ? (error.stack ?? error.message) : error.message;
  return String(error);
}
