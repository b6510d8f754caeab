import { StoreError, type Increment } from "@parlance/ports";
import { isPlainObject, pathNames, valueAt } from "./field-path.ts";

/** An increment after its check: what to add and what must be there before, by path. */
export interface IncrementPlan {
  readonly by: readonly (readonly [path: string, amount: number])[];
  readonly guard: readonly (readonly [path: string, least: number])[];
}

/** @throws StoreError `invalid` for a malformed path or a number that is not finite. */
export function planIncrement<T extends object>(change: Increment<T>): IncrementPlan {
  return { by: checked(change.by), guard: checked(change.guard ?? {}) };
}

/** True when every guarded field is at least what is asked for. */
export function guardsHold(data: object, plan: IncrementPlan): boolean {
  return plan.guard.every(([path, least]) => {
    const value = valueAt(data, path) ?? 0;
    return typeof value === "number" && value >= least;
  });
}

/**
 * Adds the amounts to a document in place.
 * @throws StoreError `invalid` when a field holds no number, or stands below something that is no object
 */
export function addAmounts(data: object, plan: IncrementPlan): void {
  for (const [path, amount] of plan.by) {
    const names = pathNames(path);
    let parent = data as Record<string, unknown>;
    for (const name of names.slice(0, -1)) {
      const next = (parent[name] ??= Object.hasOwn(parent, name) ? null : {});
      if (!isPlainObject(next)) throw notNumber(path);
      parent = next;
    }
    const last = names.at(-1) ?? path;
    const value = Object.hasOwn(parent, last) ? parent[last] : 0;
    if (typeof value !== "number" || !Number.isFinite(value + amount)) throw notNumber(path);
    parent[last] = value + amount;
  }
}

function checked(amounts: object): [string, number][] {
  return Object.entries(amounts).map(([path, amount]: [string, unknown]) => {
    pathNames(path);
    if (typeof amount === "number" && Number.isFinite(amount)) return [path, amount];
    throw new StoreError("invalid", `the amount for ${path} must be a finite number`);
  });
}

function notNumber(path: string): StoreError {
  return new StoreError("invalid", `${path} cannot be incremented: it holds no number`);
}
