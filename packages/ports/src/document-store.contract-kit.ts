import { randomUUID } from "node:crypto";
import type { Collection, DocumentStore, IndexSpec, OutboxEvent, Page, Query, Scalar, Stored } from "./document-store.ts";
import { StoreError } from "./document-store.ts";
import { asTenant, type EveryTenant, type Tenant } from "./tenant.ts";

/** Where an adapter under test keeps its documents. */
export interface DocumentStorePlace {
  /** Opens a store on the place; each store sees what those before it wrote. */
  open(): Promise<DocumentStore>;
  /** Removes the place once all its stores are closed. */
  remove(): Promise<void>;
}

/** The document of all cases. */
export interface Thing {
  group?: string | null;
  rank?: Scalar;
  name?: Scalar;
  nested?: { deep?: { state?: Scalar }; count?: number };
  count?: number;
  content?: unknown;
}

/** An open store with a collection and tenants that no other case uses. */
export class Bench {
  readonly store: DocumentStore;
  readonly tenant: Tenant = newTenant();
  readonly other: Tenant = newTenant();

  constructor(store: DocumentStore) {
    this.store = store;
  }

  readonly things = (indexes: readonly IndexSpec<Thing>[] = defaultIndexes): Collection<Thing> =>
    this.store.collection<Thing>({ name: newCollectionName(), indexes });
}

/** Opens a bench for the running case. */
export type OpenBench = () => Bench;

export const defaultIndexes: readonly IndexSpec<Thing>[] = [
  { fields: ["group", "rank"] },
  { fields: ["rank"] },
  { fields: ["nested.deep.state", "name"] },
];

export function newTenant(): Tenant {
  return asTenant(`tenant-${randomUUID()}`);
}

export function newCollectionName(): string {
  return `suite.things-${randomUUID().slice(0, 13)}`;
}

export function newEvent(tenant: Tenant, key: string, at = 0): OutboxEvent {
  const payload = new TextEncoder().encode(`payload of ${key} at ${at}`);
  return { eventId: randomUUID(), topic: "suite.thing.changed.v1", tenant, key, time: 1_700_000_000_000 + at, payload };
}

export function idsOf(page: Page<Thing> | readonly Stored<Thing>[]): string[] {
  return ("items" in page ? page.items : page).map((item) => item.id);
}

/** All pages of a query, one after the other; `between` runs after each. */
export async function readAll(
  things: Collection<Thing>,
  tenant: Tenant | EveryTenant,
  query: Query<Thing>,
  between: () => Promise<unknown> = async () => {},
): Promise<Stored<Thing>[]> {
  const items: Stored<Thing>[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Thing> = await things.find(tenant, cursor === undefined ? query : { ...query, cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
    await between();
  } while (cursor !== undefined);
  return items;
}

/** Runs something that must be refused, and gives the kind of the refusal. */
export async function refusal(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return "nothing was refused";
  } catch (error) {
    return error instanceof StoreError ? error.kind : `not a StoreError: ${String(error)}`;
  }
}
