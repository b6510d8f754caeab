import { fork, type ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createPlaces } from "@parlance/platform";
import type { Parsed, ParseRequest } from "./parse-request.ts";

export interface Parser {
  /** The document's text, or why there is none. @throws the signal's reason */
  parse(request: ParseRequest, options?: { signal?: AbortSignal }): Promise<Parsed | { failure: string }>;
  /** Kills what is running. Idempotent. */
  close(): void;
}

export interface ParserOptions {
  /** Time for one document. Default 60 s. */
  timeoutMs?: number;
  /** Resident memory of the child. Default 512 MiB. */
  maxBytes?: number;
  /** Documents that are read side by side. Default 2. */
  children?: number;
}

/** Reads documents in child processes, so that one that takes too much time or memory, or breaks the reader, ends alone. */
export function createParser(options: ParserOptions = {}): Parser {
  const { children = 2 } = options;
  const idle: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  const places = createPlaces(children);

  async function parse(request: ParseRequest, signal = new AbortController().signal) {
    const place = await places.take(signal);
    try {
      signal.throwIfAborted();
      const used = idle.findLast(isAlive);
      const answer = used === undefined ? burst : await askOf(used, request, signal);
      // What earlier documents left in a child may have ended it.
      return answer === burst ? givenUp(await askOf(started(all), request, signal)) : givenUp(answer);
    } finally {
      place.free();
    }
  }

  async function askOf(child: ChildProcess, request: ParseRequest, signal: AbortSignal) {
    const place = idle.indexOf(child);
    if (place !== -1) idle.splice(place, 1);
    child.ref();
    child.channel?.ref();
    const answer = await ask(child, request, { ...options, signal });
    if (isAlive(child)) keepIdle(idle, child);
    return answer;
  }

  return {
    parse: (request, { signal } = {}) => parse(request, signal),
    close: () => {
      for (const child of all) child.kill("SIGKILL");
    },
  };
}

function isAlive({ connected, exitCode, signalCode }: ChildProcess): boolean {
  return connected && exitCode === null && signalCode === null;
}

/** A child that has nothing to do holds some fifty megabytes. */
const idleMs = 30_000;

function keepIdle(idle: ChildProcess[], child: ChildProcess): void {
  idle.push(child);
  const timer = setTimeout(() => {
    const place = idle.indexOf(child);
    if (place === -1) return;
    idle.splice(place, 1);
    child.kill("SIGKILL");
  }, idleMs);
  timer.unref();
  child.unref();
  child.channel?.unref();
}

function started(all: Set<ChildProcess>): ChildProcess {
  const program = fileURLToPath(new URL("./parser-child.ts", import.meta.url));
  const child = fork(program, [], {
    serialization: "advanced",
    // No files but to be read, no further processes, and nothing of our environment.
    execArgv: ["--permission", "--allow-fs-read=*", "--max-old-space-size=448", "--disable-warning=ExperimentalWarning"],
    env: {},
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  all.add(child);
  child.once("exit", () => all.delete(child));
  child.on("error", () => child.kill("SIGKILL"));
  return child;
}

type Answer = Parsed | { failure: string };

/** The child ended, or took more memory than it may. */
const burst = Symbol("burst");

function givenUp(answer: Answer | typeof burst): Answer {
  return answer === burst ? { failure: tooComplex } : answer;
}

const tookTooLong = "Reading the document took too long; divide it into smaller ones";
const tooComplex = "The document is too large or too complex to be read; divide it into smaller ones";

function ask(
  child: ChildProcess,
  request: ParseRequest,
  options: ParserOptions & { signal: AbortSignal },
): Promise<Answer | typeof burst> {
  const { timeoutMs = 60_000, maxBytes = 512 * 1024 * 1024, signal } = options;
  return new Promise((resolve, reject) => {
    let ending: Answer | typeof burst = burst;
    const killed = (as: Answer | typeof burst) => {
      ending = as;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => killed({ failure: tookTooLong }), timeoutMs);
    const watch = setInterval(() => {
      void residentBytes(child.pid).then((bytes) => bytes > maxBytes && killed(burst));
    }, 100);
    const done = (settle: () => void) => {
      clearTimeout(timer);
      clearInterval(watch);
      signal.removeEventListener("abort", onAbort);
      child.off("message", onMessage).off("exit", onExit);
      settle();
    };
    const onMessage = (answer: Answer) => done(() => resolve(answer));
    const onExit = () => done(() => resolve(ending));
    const onAbort = () => {
      child.kill("SIGKILL");
      done(() => reject(signal.reason));
    };
    child.on("message", onMessage).on("exit", onExit);
    signal.addEventListener("abort", onAbort, { once: true });
    child.send(request, (error) => error !== null && onExit());
  });
}

const pageBytes = 4_096;

/** Memory that a process holds, 0 where the system does not tell; there the limit of its heap alone holds. */
async function residentBytes(pid: number | undefined): Promise<number> {
  try {
    const pages = (await readFile(`/proc/${pid}/statm`, "latin1")).split(" ")[1];
    return Number(pages) * pageBytes;
  } catch {
    return 0;
  }
}
