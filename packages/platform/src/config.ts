import { z } from "zod";

/** Variable name → value, as in `process.env`, which only `runtime` and `main.ts` read. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Settings that cannot be used. `faults` names each variable and what is expected of it; no value is repeated, it may be secret. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`Settings that cannot be used:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
    this.faults = faults;
  }
}

/**
 * Reads settings by full variable name. An empty variable counts as absent, so that `X= npm start` gives the default.
 * @returns a frozen object
 * @throws ConfigError that lists all faults at once
 */
export function parseConfig<Shape extends z.ZodRawShape>(shape: Shape, env: Env): Readonly<z.output<z.ZodObject<Shape>>> {
  const given: Record<string, string> = {};
  for (const name of Object.keys(shape)) {
    const value = env[name]?.trim();
    if (value !== undefined && value !== "") given[name] = value;
  }
  const result = z.object(shape).safeParse(given);
  if (result.success) return deepFreeze(result.data);
  throw new ConfigError(result.error.issues.map((issue) => faultOf(issue, given)));
}

function faultOf(issue: z.core.$ZodIssue, given: Readonly<Record<string, string>>): string {
  const name = String(issue.path[0]);
  if (!Object.hasOwn(given, name)) return `${name} is not set: ${issue.message}`;
  return `${name}: ${issue.message}`;
}

function deepFreeze<T>(value: T): Readonly<T> {
  if (Array.isArray(value) || isPlainObject(value)) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
