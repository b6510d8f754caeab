import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { startTestProcess, type TestProcess } from "@parlance/testkit";
import { allServices } from "@parlance/standalone";
import { runCli } from "../src/index.ts";

export interface CliRun {
  code: number;
  out: string;
  err: string;
  /** Pieces in which `out` was written. */
  pieces: string[];
}

export interface RunOptions {
  input?: string;
  isWatched?: boolean;
  folder?: string;
  env?: Record<string, string>;
  signal?: AbortSignal;
}

/** One command line, as typed after `npm run parlance --`. */
export async function cli(args: readonly string[], options: RunOptions = {}): Promise<CliRun> {
  const pieces: string[] = [];
  let err = "";
  const code = await runCli(args, {
    env: options.env ?? {},
    folder: options.folder ?? tmpdir(),
    signal: options.signal ?? new AbortController().signal,
    console: {
      out: (text) => void pieces.push(text),
      err: (text) => void (err += text),
      input: Readable.from([Buffer.from(options.input ?? "")]),
      isWatched: options.isWatched ?? false,
      isInteractive: false,
    },
  });
  return { code, out: pieces.join(""), err, pieces };
}

export interface Parlance extends TestProcess {
  /** A command line bound to this Parlance. */
  cli: typeof cli;
  /** The same with --json; fails unless it succeeds. */
  json<T>(args: readonly string[], options?: RunOptions): Promise<T>;
}

/** All services on a folder that outlives them. */
export async function startParlance(dataDir: string, env: Record<string, string> = {}): Promise<Parlance> {
  const process = await startTestProcess(allServices, { dataDir, env: { PARLANCE_REQUESTS_PER_MINUTE: "1000000", ...env } });
  const { httpAddress = "", rpcAddress } = process.running;
  const at = ["--url", httpAddress, "--rpc-url", rpcAddress, "--data", dataDir];
  const bound: typeof cli = (args, options) => cli([...args, ...at], options);
  return {
    ...process,
    cli: bound,
    json: async (args, options) => {
      const { code, out, err } = await bound([...args, "--json"], options);
      if (code !== 0) throw new Error(`${args.join(" ")}: ${err}${out}`);
      return JSON.parse(out);
    },
  };
}

export interface Scratch extends AsyncDisposable {
  path(name: string): string;
}

/** A folder of a test's own. */
export async function scratch(): Promise<Scratch> {
  const root = await mkdtemp(join(tmpdir(), "parlance-cli-"));
  return { path: (name) => join(root, name), [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}
