import type { Collection, OutboxEvent, Page } from "@parlance/ports";
import { checkKey } from "../documents/check-document.ts";
import type { CollectionPlan } from "../documents/collection-plan.ts";
import { planQuery, planWhere } from "../documents/query-plan.ts";
import { countFilter, pageFilter, pageSort } from "./filters.ts";
import { idOf, toStored } from "./stored-document.ts";
import { deleteDocument, incrementWrite, insertWrite, replaceWrite, type PreparedWrite, type Source } from "./writes.ts";

/** Runs calls on a collection once its indexes are there, and gives their errors the meaning of the port. */
export interface CollectionContext {
  readonly plan: CollectionPlan;
  readonly read: <R>(signal: AbortSignal | undefined, call: (source: Source) => Promise<R>) => Promise<R>;
  /** Prepares a write at once, before anything is waited for: what the caller passed in may change afterwards. */
  readonly write: <R>(events: readonly OutboxEvent[], prepare: () => PreparedWrite<R>) => Promise<R>;
}

const noEvents: readonly OutboxEvent[] = [];
const withoutBookkeeping = { version: 1, data: 1 } as const;

export function createCollection<T extends object>({ plan, read, write }: CollectionContext): Collection<T> {
  return {
    get: (tenant, id, options) =>
      read(options?.signal, async ({ documents }) => {
        checkKey(tenant, id);
        const found = await documents.findOne({ _id: idOf(tenant, id) }, { projection: withoutBookkeeping });
        return found === null ? undefined : toStored<T>(found);
      }),
    insert: (tenant, id, data, { events = noEvents } = {}) =>
      write(events, () => {
        checkKey(tenant, id);
        return insertWrite(plan, { tenant, id }, { data, events });
      }),
    replace: (current, data, { events = noEvents } = {}) => write(events, () => replaceWrite(plan, current, { data, events })),
    increment: (tenant, id, change, { events = noEvents } = {}) =>
      write(events, () => {
        checkKey(tenant, id);
        return incrementWrite<T>(plan, { tenant, id }, { change, events });
      }),
    delete: (tenant, id, options) =>
      write(noEvents, () => {
        checkKey(tenant, id);
        return (source) => deleteDocument(source, { tenant, id }, options?.version);
      }),
    find: (tenant, query, options) =>
      read(options?.signal, async ({ documents }) => {
        const wanted = planQuery(plan, tenant, query);
        const cursor = documents.find(pageFilter(wanted), { projection: withoutBookkeeping }).sort(pageSort(wanted));
        const found = await cursor
          .skip(wanted.offset)
          .limit(wanted.limit + 1)
          .toArray();
        const page: Page<T> = { items: found.slice(0, wanted.limit).map((document) => toStored<T>(document)) };
        const last = page.items.at(-1);
        // One document more than asked for was read, to know whether there is a next page.
        if (found.length > wanted.limit && last !== undefined) page.nextCursor = wanted.cursorAfter(last);
        return page;
      }),
    count: (tenant, where, options) =>
      read(options?.signal, async ({ documents }) => documents.countDocuments(countFilter(planWhere(plan, tenant, { where })))),
  };
}
