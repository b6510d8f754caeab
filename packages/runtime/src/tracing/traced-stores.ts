import type { BlobStore, Collection, DocumentStore, SearchIndex } from "@parlance/ports";
import type { SpanAttributes } from "@parlance/platform";
import type { PortCall, TracePort } from "./trace-port.ts";

/** `system` is the name of the database by OpenTelemetry's conventions. */
export function tracedDocuments(store: DocumentStore, { trace, system }: { trace: TracePort; system: string }): DocumentStore {
  return {
    collection: (spec) =>
      tracedCollection(store.collection(spec), (operation) => databaseCall(system, operation, spec.name), trace),
    outbox: store.outbox,
    windows: { take: (...call) => trace(databaseCall(system, "take", "parlance.windows"), () => store.windows.take(...call)) },
    ready: () => store.ready(),
    close: () => store.close(),
  };
}

function tracedCollection<T extends object>(
  collection: Collection<T>,
  named: (operation: string) => PortCall,
  trace: TracePort,
): Collection<T> {
  return {
    get: (...call) => trace(named("get"), () => collection.get(...call)),
    insert: (...call) => trace(named("insert"), () => collection.insert(...call)),
    replace: (...call) => trace(named("replace"), () => collection.replace(...call)),
    increment: (...call) => trace(named("increment"), () => collection.increment(...call)),
    delete: (...call) => trace(named("delete"), () => collection.delete(...call)),
    find: (...call) => trace(named("find"), () => collection.find(...call)),
    count: (...call) => trace(named("count"), () => collection.count(...call)),
  };
}

export function tracedSearch(index: SearchIndex, { trace, system }: { trace: TracePort; system: string }): SearchIndex {
  const named = (operation: string, more?: SpanAttributes) => databaseCall(system, operation, "chunks", more);
  return {
    put: (scope, chunks) =>
      trace(named("put", chunks.length > 1 ? { "db.operation.batch.size": chunks.length } : {}), () => index.put(scope, chunks)),
    retire: (...call) => trace(named("retire"), () => index.retire(...call)),
    search: (...call) => trace(named("search"), () => index.search(...call)),
    present: (...call) => trace(named("present"), () => index.present(...call)),
    discard: (...call) => trace(named("discard"), () => index.discard(...call)),
    purge: (...call) => trace(named("purge"), () => index.purge(...call)),
    close: () => index.close(),
  };
}

/** The conventions know no blob stores in general, so the names are ours. `read` ends with the beginning of the stream. */
export function tracedBlobs(blobs: BlobStore, { trace, system }: { trace: TracePort; system: string }): BlobStore {
  const named = (operation: string): PortCall => ({
    name: `${operation} blobs`,
    attributes: { "parlance.blobs.system": system, "parlance.blobs.operation": operation },
  });
  return {
    put: (...call) => trace(named("put"), () => blobs.put(...call)),
    get: (...call) => trace(named("get"), () => blobs.get(...call)),
    read: (...call) => trace(named("read"), () => blobs.read(...call)),
    delete: (...call) => trace(named("delete"), () => blobs.delete(...call)),
    deleteAll: (...call) => trace(named("delete_all"), () => blobs.deleteAll(...call)),
    list: (...call) => trace(named("list"), () => blobs.list(...call)),
    close: () => blobs.close(),
  };
}

/** The name of a collection is ours; keys, values and conditions stay here. */
function databaseCall(system: string, operation: string, collection: string, more?: SpanAttributes): PortCall {
  return {
    name: `${operation} ${collection}`,
    attributes: { "db.system.name": system, "db.operation.name": operation, "db.collection.name": collection, ...more },
  };
}
