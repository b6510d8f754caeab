import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { CliError, exitCodes, usageError } from "./cli-error.ts";
import type { Call, Command } from "./command.ts";
import { commands } from "./commands.ts";
import { createConnection, type Connection } from "./connection.ts";
import type { Console } from "./console.ts";
import { explain } from "./explain.ts";
import { commandUsage, globalOptions, usage } from "./usage.ts";

export interface CliOptions {
  env: Readonly<Record<string, string | undefined>>;
  console: Console;
  /** Folder in which the command was typed. */
  folder: string;
  /** Aborts what runs. */
  signal: AbortSignal;
}

/** Runs one command line and gives its exit code. Never throws: what goes wrong is said in one sentence. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<number> {
  const { console } = options;
  let connection: Connection | undefined;
  try {
    const command = findCommand(args);
    if (command === undefined) return help(args, console);
    const { values, positionals } = parse(command, args);
    if (values["help"] === true) {
      console.out(`${commandUsage(command)}\n`);
      return exitCodes.done;
    }
    connection = createConnection({ ...options, ...addresses(values) });
    const call = callOf({ values, operands: positionals, options, connection });
    checkOperands(command, positionals);
    const outcome = await command.run(call);
    if (call.json) console.out(`${JSON.stringify(outcome.json, undefined, 2)}\n`);
    else if (outcome.text !== "") console.out(`${outcome.text}\n`);
    return outcome.failed === true ? exitCodes.failed : exitCodes.done;
  } catch (error) {
    const { message, exitCode } = explain(error, connection);
    console.err(`parlance: ${message}.\n`);
    if (options.env["PARLANCE_LOG_LEVEL"] === "debug" && error instanceof Error) console.err(`${error.stack ?? ""}\n`);
    return exitCode;
  } finally {
    connection?.close();
  }
}

function help(args: readonly string[], console: Console): number {
  const asked = args.length === 0 || args.includes("--help") || args[0] === "help";
  const group = commands.filter(({ name }) => name.startsWith(`${args[0] ?? ""} `));
  const [first = "", second = ""] = args;
  if (!asked && group.length === 0) throw usageError(`There is no command ${first}: npm run parlance -- --help lists them`);
  if (!asked && second !== "")
    throw usageError(`There is no command ${first} ${second}: npm run parlance -- ${first} --help lists them`);
  const text = usage(group.length > 0 ? group : commands);
  if (asked) console.out(`${text}\n`);
  else console.err(`${text}\n`);
  return asked ? exitCodes.done : exitCodes.usage;
}

/** The longest name that the command line begins with. */
function findCommand(args: readonly string[]): Command | undefined {
  const [first = "", second = ""] = args;
  return commands.find(({ name }) => name === `${first} ${second}`) ?? commands.find(({ name }) => name === first);
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

function parse(command: Command, args: readonly string[]): { values: Values; positionals: string[] } {
  const options: ParseArgsOptionsConfig = {};
  for (const [name, { value, multiple = false }] of Object.entries({ ...globalOptions, ...command.options }))
    options[name] = { type: value === undefined ? "boolean" : "string", multiple };
  try {
    return parseArgs({ args: args.slice(command.name.split(" ").length), options, allowPositionals: true });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error);
    throw new CliError(`${reason.replace(/\.$/, "")}: see npm run parlance -- ${command.name} --help`, {
      cause: error,
      exitCode: exitCodes.usage,
    });
  }
}

function addresses(values: Values) {
  const text = (name: string) => (typeof values[name] === "string" ? values[name] : undefined);
  return { url: text("url"), rpcUrl: text("rpc-url"), rpcName: text("rpc-name"), key: text("key"), data: text("data") };
}

function callOf(from: { values: Values; operands: readonly string[]; options: CliOptions; connection: Connection }): Call {
  const { values, operands, options, connection } = from;
  return {
    operands,
    text: (name) => (typeof values[name] === "string" ? values[name] : undefined),
    texts: (name) => {
      const given = values[name];
      return Array.isArray(given) ? given.filter((text) => typeof text === "string") : [];
    },
    flag: (name) => values[name] === true,
    json: values["json"] === true,
    connection,
    ...options,
  };
}

/** `A B` needs two, `A [B]` one or two, `A [B...]` one or more. */
function checkOperands({ name, operands = "" }: Command, given: readonly string[]): void {
  const words = operands.split(" ").filter((word) => word !== "");
  const missing = words.filter((word) => !word.startsWith("["))[given.length];
  const hint = `see npm run parlance -- ${name} --help`;
  if (missing !== undefined) throw usageError(`${missing} is missing: ${hint}`);
  if (given.length > words.length && !operands.endsWith("...]"))
    throw usageError(`"${given[words.length] ?? ""}" is too much: ${hint}`);
  // An unset variable of a script, most likely.
  if (given.includes("")) {
    const word = words[given.indexOf("")] ?? words.at(-1) ?? "";
    throw usageError(`${word.replaceAll(/[[\].]/g, "")} is empty: ${hint}`);
  }
}
