import {
  asTenant,
  StoreError,
  type EveryTenant,
  type Page,
  type Query,
  type Stored,
  type Tenant,
  type Where,
} from "@parlance/ports";
import type { CollectionPlan } from "../documents/collection-plan.ts";
import { planQuery, planWhere } from "../documents/query-plan.ts";
import { DocumentCache } from "./document-cache.ts";
import type { StoreFile } from "./document-store-file.ts";
import { tableOf } from "./document-store-schema.ts";
import { selectCount, selectPage } from "./document-store-sql.ts";

/** A collection and the file it lies in. */
export interface Source {
  readonly file: StoreFile;
  readonly plan: CollectionPlan;
  readonly cache: DocumentCache;
  /** The statements that need no planning. */
  readonly sql: Record<"get" | "version" | "insert" | "replace" | "delete", string>;
}

export function sourceOf(file: StoreFile, plan: CollectionPlan): Source {
  const table = tableOf(plan);
  const one = "WHERE tenant = ? AND id = ?";
  return {
    file,
    plan,
    cache: new DocumentCache(),
    sql: {
      get: `SELECT version, data FROM ${table} ${one}`,
      version: `SELECT version FROM ${table} ${one}`,
      insert: `INSERT INTO ${table} (tenant, id, version, data) VALUES (?, ?, 1, ?)`,
      replace: `UPDATE ${table} SET data = ?, version = version + 1 ${one} AND version = ?`,
      delete: `DELETE FROM ${table} ${one}`,
    },
  };
}

/** What was read before and not written since is not read again. */
export function getDocument<T extends object>(source: Source, tenant: Tenant, id: string): Stored<T> | undefined {
  const cached = source.cache.get(tenant, id);
  if (cached !== undefined) return cached as Stored<T>;
  const row = rowOf(source, tenant, id);
  if (row === undefined) return undefined;
  const document = documentOf<T>(source, { tenant, id }, row);
  source.cache.keep(document, String(row["data"]).length);
  return document;
}

/** The document as the file has it, for a write that changes what it reads. */
export function readDocument<T extends object>(source: Source, tenant: Tenant, id: string): Stored<T> | undefined {
  const row = rowOf(source, tenant, id);
  return row === undefined ? undefined : documentOf<T>(source, { tenant, id }, row);
}

function rowOf(source: Source, tenant: Tenant, id: string) {
  return source.file.prepare(source.sql.get).get(tenant, id);
}

function documentOf<T extends object>(source: Source, at: { tenant: Tenant; id: string }, row: Record<string, unknown>): Stored<T> {
  return { ...at, version: Number(row["version"]), data: parsed(source.plan, row["data"]) as T };
}

export function findPage<T extends object>(source: Source, tenant: Tenant | EveryTenant, query: Query<T>): Page<T> {
  const wanted = planQuery(source.plan, tenant, query);
  const { text, parameters } = selectPage(tableOf(source.plan), wanted);
  const rows = source.file.prepare(text).all(...parameters);
  const page: Page<T> = { items: rows.slice(0, wanted.limit).map((row) => toStored<T>(source.plan, row)) };
  const last = page.items.at(-1);
  // One row more than asked for was read, to know whether there is a next page.
  if (rows.length > wanted.limit && last !== undefined) page.nextCursor = wanted.cursorAfter(last);
  return page;
}

export function countDocuments<T extends object>(
  source: Source,
  tenant: Tenant | EveryTenant,
  where: Where<T> | undefined,
): number {
  const { text, parameters } = selectCount(tableOf(source.plan), planWhere(source.plan, tenant, { where }));
  return Number(source.file.prepare(text).get(...parameters)?.["count"]);
}

function toStored<T extends object>(plan: CollectionPlan, row: Record<string, unknown>): Stored<T> {
  return {
    tenant: asTenant(String(row["tenant"])),
    id: String(row["id"]),
    version: Number(row["version"]),
    data: parsed(plan, row["data"]) as T,
  };
}

function parsed(plan: CollectionPlan, text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch (error) {
    throw new StoreError("corrupt", `a document of ${plan.name} cannot be read`, { cause: error });
  }
}
