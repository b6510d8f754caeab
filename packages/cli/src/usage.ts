import type { Command, OptionSpec } from "./command.ts";

/** Options that every command takes. */
export const globalOptions: Readonly<Record<string, OptionSpec>> = {
  url: { value: "URL", description: "address of Parlance; default PARLANCE_URL or this machine at PARLANCE_PORT, 3000" },
  key: { value: "KEY", description: "API key; default PARLANCE_API_KEY or the file api-key of the data folder" },
  data: { value: "FOLDER", description: "data folder; default PARLANCE_DATA_DIR or ./data of the project" },
  "rpc-url": { value: "URL", description: "address for operators; default PARLANCE_RPC_URL or the port after that of --url" },
  "rpc-name": {
    value: "NAME",
    description: "name in the certificate of that address; default PARLANCE_RPC_NAME or the address's own",
  },
  json: { description: "answer in JSON, for a script" },
  help: { description: "show how to use the command" },
};

/** What commands there are. */
export function usage(commands: readonly Command[]): string {
  const rows = commands.map(({ name, operands = "", summary }): [string, string] => [`${name} ${operands}`.trim(), summary]);
  return `Usage: npm run parlance -- COMMAND

${aligned(rows)}

Every command takes
${aligned(optionRows(globalOptions))}

Exit codes: 0 done, 1 failed or something is wrong, 2 the command line makes no sense.`;
}

export function commandUsage({ name, operands = "", summary, options = {}, notes }: Command): string {
  const own = Object.keys(options).length === 0 ? "" : `\n\n${aligned(optionRows(options))}`;
  const more = notes === undefined ? "" : `\n\n${notes}`;
  return `${summary}.

Usage: npm run parlance -- ${`${name} ${operands}`.trim()}${own === "" ? "" : " [OPTIONS]"}${own}

Every command takes
${aligned(optionRows(globalOptions))}${more}`;
}

function optionRows(options: Readonly<Record<string, OptionSpec>>): [string, string][] {
  return Object.entries(options).map(([name, { value, multiple = false, description }]) => [
    `--${name}${value === undefined ? "" : ` ${value}`}${multiple ? " ..." : ""}`,
    description,
  ]);
}

function aligned(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`).join("\n");
}
