import {
  everyTenant,
  StoreError,
  type EveryTenant,
  type Query,
  type Scalar,
  type Stored,
  type Tenant,
  type Where,
} from "@parlance/ports";
import type { CollectionPlan } from "./collection-plan.ts";
import { planConditions, type PlannedCondition } from "./conditions.ts";
import { cursorOf, positionOf, type Position } from "./cursor.ts";
import { valueAt } from "./field-path.ts";

/** A find after its check. The order is always: sort field if any, tenant, id, all in one direction. */
export interface QueryPlan {
  readonly tenant: Tenant | undefined;
  readonly conditions: readonly PlannedCondition[];
  readonly sortBy: string | undefined;
  readonly descending: boolean;
  readonly limit: number;
  readonly offset: number;
  /** Where the page before ended. */
  readonly after: Position | undefined;
  /** The cursor of a page that ends with this document. */
  cursorAfter(last: Stored<object>): string;
}

/** @throws StoreError `invalid` for a query that is malformed, served by no index, or with a cursor of another query. */
export function planQuery<T extends object>(collection: CollectionPlan, scope: Tenant | EveryTenant, query: Query<T>): QueryPlan {
  checkRange("limit", query.limit, { from: 1, to: 1000 });
  if (query.offset !== undefined) checkRange("offset", query.offset, { from: 0, to: Number.MAX_SAFE_INTEGER });
  if (query.offset !== undefined && query.cursor !== undefined)
    throw new StoreError("invalid", "a find takes an offset or a cursor, not both");
  const sortBy = query.sort?.by;
  const { conditions, tenant } = planWhere(collection, scope, { where: query.where, sortBy });
  const descending = query.sort?.direction === "descending";
  const identity = () => JSON.stringify([collection.name, tenant ?? null, conditions, sortBy ?? null, descending]);
  return {
    tenant,
    conditions,
    sortBy,
    descending,
    limit: query.limit,
    offset: query.offset ?? 0,
    after: query.cursor === undefined ? undefined : positionOf(query.cursor, identity()),
    cursorAfter: (last) => cursorOf({ key: sortKey(last, sortBy), tenant: last.tenant, id: last.id }, identity()),
  };
}

/** The part of a plan that `count` shares with `find`. */
export function planWhere<T extends object>(
  collection: CollectionPlan,
  scope: Tenant | EveryTenant,
  options: { where: Where<T> | undefined; sortBy?: string | undefined },
): { tenant: Tenant | undefined; conditions: readonly PlannedCondition[] } {
  const conditions = planConditions(options.where ?? {});
  const tenant = scope === everyTenant ? undefined : scope;
  if (tenant !== undefined && (typeof tenant !== "string" || tenant === ""))
    throw new StoreError("invalid", "a find needs a tenant");
  checkServed(collection, { conditions, sortBy: options.sortBy, everyTenant: tenant === undefined });
  return { tenant, conditions };
}

function checkServed(
  collection: CollectionPlan,
  query: { conditions: readonly PlannedCondition[]; sortBy: string | undefined; everyTenant: boolean },
): void {
  const fixed = query.conditions.filter((condition) => condition.kind !== "range").map((condition) => condition.path);
  const ranged = query.conditions.filter((condition) => condition.kind === "range").map((condition) => condition.path);
  const ordered = query.sortBy ?? ranged[0];
  const wanted = [...new Set([...fixed, ...(ordered === undefined ? [] : [ordered]), ...ranged])];
  if (wanted.length === 0) return;
  const served = query.everyTenant
    ? wanted.every((path) => collection.indexed.includes(path))
    : collection.indexes.some(({ fields }) => serves(fields, { fixed, ordered, wanted }));
  if (!served)
    throw new StoreError("invalid", `no index of ${collection.name} serves this query: it needs one over ${wanted.join(", ")}`);
}

function serves(
  fields: readonly string[],
  query: { fixed: readonly string[]; ordered: string | undefined; wanted: readonly string[] },
): boolean {
  const { fixed, ordered, wanted } = query;
  const head = fields.slice(0, fixed.length);
  const next = ordered === undefined || fixed.includes(ordered) || fields[fixed.length] === ordered;
  return fixed.every((path) => head.includes(path)) && next && wanted.every((path) => fields.includes(path));
}

function sortKey(item: Stored<object>, sortBy: string | undefined): Scalar {
  return sortBy === undefined ? null : ((valueAt(item.data, sortBy) ?? null) as Scalar);
}

function checkRange(name: string, value: number, range: { from: number; to: number }): void {
  if (Number.isInteger(value) && value >= range.from && value <= range.to) return;
  throw new StoreError("invalid", `${name} must be a whole number from ${range.from} to ${range.to}`);
}
