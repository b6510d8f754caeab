import type { Scalar } from "@parlance/ports";
import type { Bound, OrderedType, PlannedCondition } from "../documents/conditions.ts";
import type { Position } from "../documents/cursor.ts";
import { pathNames } from "../documents/field-path.ts";
import type { QueryPlan } from "../documents/query-plan.ts";

/** A statement's text with its parameters. */
export interface Sql {
  readonly text: string;
  readonly parameters: readonly SqlValue[];
}

type SqlValue = string | number | Uint8Array;

// null is stored in indexes below every number, so that keys compare without special cases; no document can hold an infinity.
const nullKey = "-9e999";
const falseKey = "x'00'";
const trueKey = "x'01'";

/**
 * The value at a path in the order of the port: null, numbers, strings, booleans. JSON's own extraction would make true equal to 1.
 * The text must be the same in an index and in a query for the index to be used.
 */
export function keyOf(path: string): string {
  const at = `'$.${pathNames(path)
    .map((name) => `"${name}"`)
    .join(".")}'`;
  return `ifnull(CASE json_type(data, ${at}) WHEN 'true' THEN ${trueKey} WHEN 'false' THEN ${falseKey} ELSE data ->> ${at} END, ${nullKey})`;
}

/** True for documents in which the path is there and not null. */
export function isThere(path: string): string {
  return `${keyOf(path)} > ${nullKey}`;
}

export function selectPage(table: string, plan: QueryPlan): Sql {
  const parts = [...whereParts(plan), ...(plan.after === undefined ? [] : [afterPart(plan, plan.after)])];
  const columns = [
    ...(plan.sortBy === undefined ? [] : [keyOf(plan.sortBy)]),
    ...(plan.tenant === undefined ? ["tenant"] : []),
    "id",
  ];
  const order = columns.map((column) => `${column}${plan.descending ? " DESC" : ""}`).join(", ");
  const where = joinParts(parts);
  return {
    text: `SELECT tenant, id, version, data FROM ${table}${where.text} ORDER BY ${order} LIMIT ? OFFSET ?`,
    parameters: [...where.parameters, plan.limit + 1, plan.offset],
  };
}

export function selectCount(table: string, plan: Pick<QueryPlan, "tenant" | "conditions">): Sql {
  const where = joinParts(whereParts(plan));
  return { text: `SELECT count(*) AS count FROM ${table}${where.text}`, parameters: where.parameters };
}

function joinParts(parts: readonly Sql[]): Sql {
  if (parts.length === 0) return { text: "", parameters: [] };
  return { text: ` WHERE ${parts.map((part) => part.text).join(" AND ")}`, parameters: parts.flatMap((part) => part.parameters) };
}

function whereParts(plan: Pick<QueryPlan, "tenant" | "conditions">): readonly Sql[] {
  const tenant: readonly Sql[] = plan.tenant === undefined ? [] : [{ text: "tenant = ?", parameters: [plan.tenant] }];
  return [...tenant, ...plan.conditions.map(conditionPart)];
}

function conditionPart(condition: PlannedCondition): Sql {
  const key = keyOf(condition.path);
  if (condition.kind === "equal") return { text: `${key} = ?`, parameters: [sqlValue(condition.value)] };
  if (condition.kind === "range") return rangePart(key, condition.type, condition.bounds);
  return { text: `${key} IN (${condition.values.map(() => "?").join(", ")})`, parameters: condition.values.map(sqlValue) };
}

const operators = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** The bounds that were asked for, and those that keep out the types below and above. */
function rangePart(key: string, type: OrderedType, bounds: readonly Bound[]): Sql {
  const floor = { number: `> ${nullKey}`, string: ">= ''", boolean: `>= ${falseKey}` }[type];
  const ceiling = { number: "< ''", string: "< x''", boolean: `<= ${trueKey}` }[type];
  const asked = bounds.map((bound) => `${key} ${operators[bound.operator]} ?`);
  return {
    text: [...asked, `${key} ${floor}`, `${key} ${ceiling}`].join(" AND "),
    parameters: bounds.map((bound) => sqlValue(bound.value)),
  };
}

/** What comes after a position. The first comparison lets the index begin there; the second one divides ties. */
function afterPart(plan: QueryPlan, after: Position): Sql {
  const compare = plan.descending ? "<" : ">";
  const tie: readonly Sql[] = [
    ...(plan.sortBy === undefined ? [] : [{ text: keyOf(plan.sortBy), parameters: [sqlValue(after.key)] }]),
    ...(plan.tenant === undefined ? [{ text: "tenant", parameters: [after.tenant] }] : []),
    { text: "id", parameters: [after.id] },
  ];
  const columns = tie.map((part) => part.text).join(", ");
  const places = tie.map(() => "?").join(", ");
  const values = tie.flatMap((part) => part.parameters);
  const [first] = tie;
  if (first === undefined || tie.length === 1) return { text: `${columns} ${compare} ?`, parameters: values };
  return {
    text: `${first.text} ${compare}= ? AND (${columns}) ${compare} (${places})`,
    parameters: [...first.parameters, ...values],
  };
}

function sqlValue(value: Scalar): SqlValue {
  if (value === null) return Number.NEGATIVE_INFINITY;
  if (typeof value === "boolean") return Uint8Array.of(value ? 1 : 0);
  return value;
}
