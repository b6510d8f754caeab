import type { Console } from "./console.ts";
import type { Connection } from "./connection.ts";

export interface Command {
  /** As typed, such as `users add`. */
  name: string;
  /** One sentence without its full stop. */
  summary: string;
  /** Positional arguments as shown, such as `EMAIL`. */
  operands?: string;
  options?: Readonly<Record<string, OptionSpec>>;
  /** More for the reader of `--help`. */
  notes?: string;
  run(call: Call): Promise<Outcome>;
}

export interface OptionSpec {
  /** Name of the value as shown; absent for a flag. */
  value?: string;
  multiple?: boolean;
  description: string;
}

/** One call of a command. */
export interface Call {
  operands: readonly string[];
  text: (name: string) => string | undefined;
  texts: (name: string) => readonly string[];
  flag: (name: string) => boolean;
  /** True when the outcome is wanted as JSON: then nothing else may be written to `out`. */
  json: boolean;
  console: Console;
  connection: Connection;
  /** Folder against which file names of the command line are resolved. */
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}

export interface Outcome {
  /** For a script. */
  json: unknown;
  /** For a person, without the last line break; empty when everything is written already. */
  text: string;
  /** True when a part failed, though the command as a whole ran. */
  failed?: boolean;
}
