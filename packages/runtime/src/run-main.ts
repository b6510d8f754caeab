import { ConfigError, type ServiceDefinition } from "@parlance/platform";
import { StoreError } from "@parlance/ports";
import { run, type RunningProcess } from "./run.ts";

/** Longer than a stop may take; then the process ends whatever still runs. */
const stopLimitMs = 10_000;

/**
 * The whole life of a program: starts the services with the settings of the environment, stops on a signal, and ends with a status that
 * tells. What keeps it from starting is said in one clear text, without a stack.
 */
export async function runMain(
  definitions: readonly ServiceDefinition[],
  options: { started?: (running: RunningProcess) => void | Promise<void> } = {},
): Promise<void> {
  let running: RunningProcess;
  try {
    running = await run(definitions, { env: process.env });
    await options.started?.(running);
  } catch (error) {
    process.stderr.write(`\nParlance cannot start.\n${explain(error)}\n`);
    process.exit(1);
  }
  const stop = (reason: string) => {
    running.log.info({ reason }, "stopping");
    setTimeout(() => {
      running.log.error("did not stop in time");
      process.exit(1);
    }, stopLimitMs).unref();
    void finish(running);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => stop(signal));
  // Started by another program of ours that was killed: nobody is left who would stop this one.
  if (process.connected) process.once("disconnect", () => stop("parent ended"));
}

async function finish(running: RunningProcess): Promise<void> {
  await running.stop();
  running.log.info("stopped");
  process.exitCode = 0;
  // Nothing of ours holds the process any more; a channel to a parent would.
  if (process.connected) process.disconnect();
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StoreError) return error.message;
  if (error instanceof Error) return process.env["PARLANCE_LOG_LEVEL"] === "debug" ? (error.stack ?? error.message) : error.message;
  return String(error);
}
