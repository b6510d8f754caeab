import type { Collection, CreateIndexesOptions, IndexDescription } from "mongodb";
import type { CollectionPlan, IndexPlan } from "../documents/collection-plan.ts";
import { dataPath } from "./filters.ts";
import type { StoredDocument } from "./stored-document.ts";

/** Building an index over many documents takes longer than any other call may. */
const buildMilliseconds = 600_000;

/**
 * Makes the indexes that are missing. One that is no longer declared stays: an older version of the service may still run beside.
 */
export async function makeIndexes(
  collections: { documents: Collection<StoredDocument>; orphans: Collection<StoredDocument> },
  plan: CollectionPlan,
): Promise<void> {
  const options: CreateIndexesOptions = { timeoutMS: buildMilliseconds };
  const waiting: IndexDescription = { name: "waiting", key: { since: 1 }, sparse: true };
  await collections.documents.createIndexes([waiting, ...plan.indexes.flatMap(descriptions)], options);
  await collections.orphans.createIndexes([waiting], options);
}

/**
 * A unique index is two: one that holds the rule, over documents in which no field is null, and one for queries, which must see all.
 */
function descriptions(index: IndexPlan): IndexDescription[] {
  const fields = index.fields.map((field): [string, 1] => [dataPath(field), 1]);
  const suffix = index.fields.join(",");
  const find: IndexDescription = { name: `find ${suffix}`, key: new Map([["_id.tenant", 1], ...fields, ["_id.id", 1]]) };
  if (!index.unique) return [find];
  const there = Object.fromEntries(fields.map(([path]) => [path, { $type: ["string", "number", "bool"] }]));
  return [
    find,
    { name: `unique ${suffix}`, key: new Map([["_id.tenant", 1], ...fields]), unique: true, partialFilterExpression: there },
  ];
}
