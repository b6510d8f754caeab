import type { Collection, OutboxEvent } from "@parlance/ports";
import { checkKey } from "../documents/check-document.ts";
import type { Guard } from "./document-store-errors.ts";
import { countDocuments, findPage, getDocument, type Source } from "./document-store-reads.ts";
import type { Writer } from "./document-store-writer.ts";
import { deleteWrite, incrementWrite, insertWrite, replaceWrite } from "./document-store-writes.ts";

const noEvents: readonly OutboxEvent[] = [];

export function createCollection<T extends object>(source: Source, writer: Writer, guard: Guard): Collection<T> {
  return {
    get: (tenant, id, options) =>
      guard(() => {
        options?.signal?.throwIfAborted();
        checkKey(tenant, id);
        return getDocument<T>(source, tenant, id);
      }),
    insert: (tenant, id, data, options) =>
      guard(() => {
        checkKey(tenant, id);
        return writer.submit(insertWrite(source, { tenant, id }, { data, events: options?.events ?? noEvents }));
      }),
    replace: (current, data, options) =>
      guard(() => writer.submit(replaceWrite(source, current, { data, events: options?.events ?? noEvents }))),
    increment: (tenant, id, change, options) =>
      guard(() => {
        checkKey(tenant, id);
        return writer.submit(incrementWrite<T>(source, { tenant, id }, { change, events: options?.events ?? noEvents }));
      }),
    delete: (tenant, id, options) =>
      guard(() => {
        checkKey(tenant, id);
        return writer.submit(deleteWrite(source, { tenant, id }, options?.version));
      }),
    find: (tenant, query, options) =>
      guard(() => {
        options?.signal?.throwIfAborted();
        return findPage<T>(source, tenant, query);
      }),
    count: (tenant, where, options) =>
      guard(() => {
        options?.signal?.throwIfAborted();
        return countDocuments(source, tenant, where);
      }),
  };
}
