import type { OpenDiskSync } from "@parlance/disk-sync";
import {
  StoreError,
  type Collection,
  type CollectionSpec,
  type CheckableStore,
  type CopyableStore,
  type DocumentStore,
} from "@parlance/ports";
import { createMemoryWindows } from "../windows/memory-windows.ts";
import { checkSamePlan, planCollection, type CollectionPlan } from "../documents/collection-plan.ts";
import { createCollection } from "./document-store-collection.ts";
import { asStoreError, type Guard } from "./document-store-errors.ts";
import { openStoreFile } from "./document-store-file.ts";
import { createOutbox } from "./document-store-outbox.ts";
import { sourceOf } from "./document-store-reads.ts";
import { declareOutbox, declareTable } from "./document-store-schema.ts";
import { Writer } from "./document-store-writer.ts";
import { databaseFaults, holdDatabase } from "./held-database.ts";

/**
 * Documents in one SQLite file: a table for each collection, and one for the events that wait. A write is durable, flushed to disk,
 * when its promise resolves. One process at a time: see `lockDataDirectory`.
 * @throws StoreError `corrupt` when the file is damaged, `invalid` when it is not ours or of a newer version, `unavailable` else
 */
export async function openEmbeddedDocumentStore(options: {
  path: string;
  /** How bytes are brought to the disk; tests hold them back. */
  openSync?: OpenDiskSync;
  /** Called once when nothing can be written until the store is opened again. */
  onBroken?: (error: StoreError) => void;
  /** Milliseconds since any moment, never running backwards. Default: since the process started. */
  monotonic?: () => number;
}): Promise<DocumentStore & CopyableStore & CheckableStore> {
  const { path, openSync, onBroken, monotonic = () => performance.now() } = options;
  const file = openStoreFile(path);
  try {
    declareOutbox(file);
  } catch (error) {
    file.close();
    throw asStoreError(error, path);
  }
  const writer = new Writer(file, path, { openSync, onBroken });
  let closed: Promise<void> | undefined;
  const collections = new Map<string, { plan: CollectionPlan; collection: Collection<object> }>();

  const guard: Guard = async (call) => {
    if (closed !== undefined) throw new StoreError("unavailable", `${path} is closed`);
    try {
      return await call();
    } catch (error) {
      throw asStoreError(error, path);
    }
  };

  return {
    collection: <T extends object>(spec: CollectionSpec<T>) => {
      const plan = planCollection(spec);
      const known = collections.get(plan.name);
      if (known !== undefined) {
        checkSamePlan(known.plan, plan);
        return known.collection as Collection<T>;
      }
      declareTable(file, plan);
      const collection = createCollection<T>(sourceOf(file, plan), writer, guard);
      collections.set(plan.name, { plan, collection });
      return collection;
    },
    outbox: createOutbox(file, writer, guard),
    // One process at a time has the store, so its memory is as wide as the store.
    windows: createMemoryWindows({ now: monotonic }),
    ready: () =>
      guard(() => {
        writer.checkHealthy();
        file.prepare("SELECT 1").get();
      }),
    hold: () => holdDatabase(path),
    faults: async () => databaseFaults(path),
    close: () => {
      closed ??= writer.close().then(() => file.close());
      return closed;
    },
  };
}
