import { StoreError, type Ordered, type Scalar } from "@parlance/ports";
import { isPlainObject, pathNames } from "./field-path.ts";

export type PlannedCondition =
  | { readonly path: string; readonly kind: "equal"; readonly value: Scalar }
  | { readonly path: string; readonly kind: "set"; readonly values: readonly Scalar[] }
  | { readonly path: string; readonly kind: "range"; readonly type: OrderedType; readonly bounds: readonly Bound[] };

export type OrderedType = "string" | "number" | "boolean";

export interface Bound {
  readonly operator: RangeOperator;
  readonly value: Ordered;
}

export type RangeOperator = (typeof rangeOperators)[number];

const rangeOperators = ["gt", "gte", "lt", "lte"] as const;
const maxSet = 1000;

/**
 * Conditions in order of their paths, each known to hold only values of the kinds that the port names: nothing a caller passes in
 * can become an operator of the store.
 * @throws StoreError `invalid`
 */
export function planConditions(where: object): readonly PlannedCondition[] {
  if (!isPlainObject(where)) throw new StoreError("invalid", "where must be an object");
  return Object.keys(where)
    .sort()
    .map((path) => {
      pathNames(path);
      return planCondition(path, where[path]);
    });
}

function planCondition(path: string, condition: unknown): PlannedCondition {
  if (isScalar(condition)) return { path, kind: "equal", value: condition };
  if (!isPlainObject(condition)) throw new StoreError("invalid", `the condition on ${path} must be a scalar, a set or a range`);
  const operators = Object.keys(condition);
  if (operators.length === 1 && operators[0] === "in") return { path, kind: "set", values: setValues(path, condition["in"]) };
  return planRange(path, condition, operators);
}

function setValues(path: string, values: unknown): readonly Scalar[] {
  if (!Array.isArray(values) || values.length > maxSet || !values.every(isScalar)) {
    throw new StoreError("invalid", `the set on ${path} must hold at most ${maxSet} scalars`);
  }
  return [...new Set(values)];
}

function planRange(path: string, condition: Record<string, unknown>, operators: readonly string[]): PlannedCondition {
  const bounds: Bound[] = [];
  for (const operator of operators) {
    const value = condition[operator];
    if (!isRangeOperator(operator) || !isScalar(value) || value === null) {
      throw new StoreError(
        "invalid",
        `the condition on ${path} must be a scalar, a set or a range over strings, numbers or booleans`,
      );
    }
    bounds.push({ operator, value });
  }
  const [first] = bounds;
  if (first === undefined) throw new StoreError("invalid", `the range on ${path} has no bound`);
  const type = typeof first.value as OrderedType;
  if (bounds.some((bound) => typeof bound.value !== type))
    throw new StoreError("invalid", `the bounds on ${path} must have one type`);
  return { path, kind: "range", type, bounds };
}

function isRangeOperator(operator: string): operator is RangeOperator {
  return (rangeOperators as readonly string[]).includes(operator);
}

function isScalar(value: unknown): value is Scalar {
  return (
    value === null ||
    typeof value === "string" ||
    typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value))
  );
}
