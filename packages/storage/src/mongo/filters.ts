import type { Scalar } from "@parlance/ports";
import { MaxKey, MinKey, type Document, type Filter } from "mongodb";
import type { PlannedCondition } from "../documents/conditions.ts";
import type { Position } from "../documents/cursor.ts";
import type { QueryPlan } from "../documents/query-plan.ts";
import type { StoredDocument } from "./stored-document.ts";

/** The name of a data field within a stored document. */
export function dataPath(path: string): string {
  return `data.${path}`;
}

/** The filter of a find, its cursor's position included. */
export function pageFilter(plan: QueryPlan): Filter<StoredDocument> {
  const parts = [...whereParts(plan), ...(plan.after === undefined ? [] : [afterPart(plan, plan.after)])];
  return parts.length === 0 ? {} : { $and: parts };
}

export function countFilter(plan: Pick<QueryPlan, "tenant" | "conditions">): Filter<StoredDocument> {
  const parts = whereParts(plan);
  return parts.length === 0 ? {} : { $and: parts };
}

/** Sort field if any, tenant, id: what an index of the query ends with. */
export function pageSort(plan: QueryPlan): [string, 1 | -1][] {
  const direction = plan.descending ? -1 : 1;
  const field: [string, 1 | -1][] = plan.sortBy === undefined ? [] : [[dataPath(plan.sortBy), direction]];
  return [...field, [idPath(plan), direction]];
}

/** Alone, the primary index serves a tenant; beside other fields, the secondary indexes end with the id. */
function idPath(plan: QueryPlan): "_id" | "_id.id" {
  return plan.tenant === undefined || (plan.sortBy === undefined && plan.conditions.length === 0) ? "_id" : "_id.id";
}

function whereParts(plan: Pick<QueryPlan, "tenant" | "conditions"> & { sortBy?: string | undefined }): Document[] {
  return [...tenantPart(plan), ...plan.conditions.map(conditionPart)];
}

function tenantPart(plan: Pick<QueryPlan, "tenant" | "conditions"> & { sortBy?: string | undefined }): Document[] {
  const { tenant } = plan;
  if (tenant === undefined) return [];
  if (plan.conditions.length > 0 || plan.sortBy !== undefined) return [{ "_id.tenant": { $eq: tenant } }];
  return [{ _id: { $gt: { tenant, id: new MinKey() }, $lt: { tenant, id: new MaxKey() } } }];
}

function conditionPart(condition: PlannedCondition): Document {
  const path = dataPath(condition.path);
  if (condition.kind === "equal") return { [path]: { $eq: condition.value } };
  if (condition.kind === "set") return { [path]: { $in: [...condition.values] } };
  // MongoDB compares a range with values of its own type only, as the port asks for.
  return { $and: condition.bounds.map(({ operator, value }) => ({ [path]: { [`$${operator}`]: value } })) };
}

/** What comes after a position: a later sort key, or the same one and a later id. */
function afterPart(plan: QueryPlan, after: Position): Document {
  const id = idPath(plan) === "_id" ? { tenant: after.tenant, id: after.id } : after.id;
  const laterId = { [idPath(plan)]: { [plan.descending ? "$lt" : "$gt"]: id } };
  if (plan.sortBy === undefined) return laterId;
  const path = dataPath(plan.sortBy);
  const laterKeys = plan.descending ? keysBelow(after.key) : keysAbove(after.key);
  return { $or: [...laterKeys.map((later) => ({ [path]: later })), { [path]: { $eq: after.key }, ...laterId }] };
}

/** Conditions for the values above one, for a comparison stays within its own type. */
function keysAbove(key: Scalar): Document[] {
  if (key === null) return [{ $type: ["number", "string", "bool"] }];
  if (typeof key === "number") return [{ $gt: key }, { $type: ["string", "bool"] }];
  if (typeof key === "string") return [{ $gt: key }, { $type: "bool" }];
  return [{ $gt: key }];
}

function keysBelow(key: Scalar): Document[] {
  if (key === null) return [];
  const below: Document[] = [{ $lt: key }, { $eq: null }];
  if (typeof key === "number") return below;
  return [...below, { $type: typeof key === "string" ? "number" : ["number", "string"] }];
}
