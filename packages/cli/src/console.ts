import type { Readable } from "node:stream";

/** Where a command reads and writes. */
export interface Console {
  /** Results: what a script reads. */
  out(text: string): void;
  /** Progress and errors: what a person reads. */
  err(text: string): void;
  input: Readable;
  /** True when a person watches `err`: only then is progress drawn. */
  isWatched: boolean;
  /** True when a person can be asked. */
  isInteractive: boolean;
}

export function processConsole(): Console {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    input: process.stdin,
    isWatched: process.stderr.isTTY,
    isInteractive: process.stdin.isTTY && process.stdout.isTTY,
  };
}
