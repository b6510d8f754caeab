import { StoreError } from "@parlance/ports";

const form = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,7}$/;

/**
 * The names of a dotted path, checked so that they may stand in a statement of any store.
 * @throws StoreError `invalid`
 */
export function pathNames(path: string): readonly string[] {
  if (path.length > 200 || !form.test(path))
    throw new StoreError("invalid", `not a field path: ${JSON.stringify(path.slice(0, 80))}`);
  const names = path.split(".");
  if (names.includes("__proto__")) throw new StoreError("invalid", "a field path must not name __proto__");
  return names;
}

/** What stands at a path; undefined when any part of it is missing. */
export function valueAt(data: object, path: string): unknown {
  let value: unknown = data;
  for (const name of path.split(".")) {
    if (!isPlainObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** True for what JSON calls an object. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
