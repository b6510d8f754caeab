import type { CollectionPlan, IndexPlan } from "../documents/collection-plan.ts";
import { asStoreError } from "./document-store-errors.ts";
import type { StoreFile } from "./document-store-file.ts";
import { isThere, keyOf } from "./document-store-sql.ts";

/** The quoted table of a collection, whose name the plan has checked. */
export function tableOf(collection: CollectionPlan): string {
  return `"${collection.name}"`;
}

/**
 * Makes the collection's table and exactly its declared indexes; existing documents are indexed, an index no longer declared goes.
 * @throws StoreError `already_exists` when documents that are there already break a new unique index
 */
export function declareTable(file: StoreFile, collection: CollectionPlan): void {
  const table = tableOf(collection);
  const wanted = new Map(collection.indexes.flatMap((index) => indexStatements(collection, index)));
  file.db.exec("BEGIN IMMEDIATE");
  try {
    file.db.exec(
      `CREATE TABLE IF NOT EXISTS ${table} (tenant TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, data TEXT NOT NULL, PRIMARY KEY (tenant, id))`,
    );
    const rows = file.db.prepare("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL");
    const present = new Set(rows.all(collection.name).map((row) => String(row["name"])));
    for (const name of present) if (!wanted.has(name)) file.db.exec(`DROP INDEX "${name}"`);
    for (const [name, sql] of wanted) if (!present.has(name)) file.db.exec(sql);
    file.db.exec("COMMIT");
  } catch (error) {
    if (file.db.isTransaction) file.db.exec("ROLLBACK");
    throw asStoreError(error, collection.name);
  }
}

export function declareOutbox(file: StoreFile): void {
  file.db.exec(
    `CREATE TABLE IF NOT EXISTS outbox (seq INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, topic TEXT NOT NULL, tenant TEXT NOT NULL,
      key TEXT NOT NULL, time INTEGER NOT NULL, payload BLOB NOT NULL, traceparent TEXT, request_id TEXT)`,
  );
}

/**
 * A unique index is two: one that holds the rule, over documents in which no field is null, and one for queries, which must see all.
 */
function indexStatements(collection: CollectionPlan, index: IndexPlan): [name: string, sql: string][] {
  const table = tableOf(collection);
  const keys = index.fields.map(keyOf).join(", ");
  const suffix = `${collection.name}(${index.fields.join(",")})`;
  const plain: [string, string] = [`find ${suffix}`, `CREATE INDEX "find ${suffix}" ON ${table} (tenant, ${keys}, id)`];
  if (!index.unique) return [plain];
  const there = index.fields.map(isThere).join(" AND ");
  return [plain, [`unique ${suffix}`, `CREATE UNIQUE INDEX "unique ${suffix}" ON ${table} (tenant, ${keys}) WHERE ${there}`]];
}
