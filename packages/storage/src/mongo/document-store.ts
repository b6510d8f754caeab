import type { Collection, CollectionSpec, DocumentStore } from "@parlance/ports";
import { checkSamePlan, planCollection, type CollectionPlan } from "../documents/collection-plan.ts";
import { Calls } from "./calls.ts";
import { createCollection } from "./collection.ts";
import { checkServer, createClient } from "./connection.ts";
import { makeIndexes } from "./indexes.ts";
import { createOutbox } from "./outbox.ts";
import { untilCertain } from "./retry.ts";
import type { StoredDocument } from "./stored-document.ts";
import { createMongoWindows } from "./windows.ts";
import type { Source } from "./writes.ts";

interface Declared {
  plan: CollectionPlan;
  collection: Collection<object>;
  /** Resolves once the server was checked and the indexes are there. */
  readonly source: () => Promise<Source>;
}

/**
 * Documents in a MongoDB replica set, 6.0 or later, each with the events that wait in it. An acknowledged write is journaled by a
 * majority; a write whose answer is lost is resolved within ten seconds, and neither lost nor made twice. Connects at the first call.
 * `url` is a connection string; its path names the database, `parlance` without one.
 * @throws StoreError `invalid` for anything but a connection string
 */
export async function openMongoDocumentStore(options: {
  url: string;
  /** Called when the windows begin to be counted by this process alone, because the server is away. */
  onAlone?: (error: unknown) => void;
  /** Time of the windows, in milliseconds since the epoch. Default: the server's. */
  now?: () => number;
}): Promise<DocumentStore> {
  const client = createClient(options.url);
  const db = client.db(databaseOf(options.url));
  const declared = new Map<string, Declared>();
  const listeners = new Set<() => void>();
  const calls = new Calls();
  const { guard } = calls;

  const serverChecked = once(async () => {
    // By itself the driver connects once, and keeps to a first attempt that failed.
    await client.connect();
    await checkServer(db);
  });
  const sourceOf = (plan: CollectionPlan): (() => Promise<Source>) => {
    const documents = db.collection<StoredDocument>(plan.name);
    const orphans = db.collection<StoredDocument>(`${plan.name}.orphans`);
    return once(async () => {
      await serverChecked();
      await makeIndexes({ documents, orphans }, plan);
      return { plan, documents, orphans };
    });
  };
  const sources = () => Promise.all([...declared.values()].map(({ source }) => source()));

  const collectionOf = <T extends object>(plan: CollectionPlan, source: () => Promise<Source>): Collection<T> =>
    createCollection<T>({
      plan,
      read: (signal, call) =>
        guard(plan.name, async () => {
          signal?.throwIfAborted();
          return untilAborted(
            source().then((ready) => untilCertain(plan.name, () => call(ready))),
            signal,
          );
        }),
      write: (events, prepare) =>
        guard(plan.name, async () => {
          const write = prepare();
          const result = await write(await source());
          if (events.length > 0 && result !== undefined) for (const listener of listeners) queueMicrotask(listener);
          return result;
        }),
    });

  return {
    collection: <T extends object>(spec: CollectionSpec<T>) => {
      const plan = planCollection(spec);
      const known = declared.get(plan.name);
      if (known !== undefined) {
        checkSamePlan(known.plan, plan);
        return known.collection as Collection<T>;
      }
      const source = sourceOf(plan);
      const collection = collectionOf<T>(plan, source);
      declared.set(plan.name, { plan, collection, source });
      return collection;
    },
    outbox: createOutbox(sources, listeners, guard),
    windows: createMongoWindows({ db, onAlone: options.onAlone, now: options.now }),
    ready: () =>
      guard("the database", async () => {
        await serverChecked();
        await sources();
        await db.command({ ping: 1 });
      }),
    close: () => calls.close(() => client.close()),
  };
}

/** The hosts are left out: WHATWG URLs know one alone. */
function databaseOf(url: string): string {
  return new URL(url.replace(/^mongodb(\+srv)?:\/\/[^/?]*/, "mongodb://host")).pathname.slice(1) || "parlance";
}

/** Runs something once for all callers, and again for the next one after it failed. */
function once<R>(run: () => Promise<R>): () => Promise<R> {
  let result: Promise<R> | undefined;
  return () => {
    result ??= run().catch((error: unknown) => {
      result = undefined;
      throw error;
    });
    return result;
  };
}

/** Rejects with the signal's reason as soon as it aborts; the server's answer is then of no interest. */
function untilAborted<R>(answer: Promise<R>, signal: AbortSignal | undefined): Promise<R> {
  if (signal === undefined) return answer;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
    void answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
