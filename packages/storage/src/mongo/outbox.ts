import type { Outbox, OutboxEvent } from "@parlance/ports";
import type { Collection } from "mongodb";
import type { Guard } from "./calls.ts";
import { toEvent, type StoredDocument } from "./stored-document.ts";
import type { Source } from "./writes.ts";

/** The outbox over all collections declared in this process. */
export function createOutbox(sources: () => Promise<readonly Source[]>, listeners: Set<() => void>, guard: Guard): Outbox {
  return {
    pending: (limit) =>
      guard("the outbox", async () => {
        const declared = await sources();
        // What waits of deleted documents is older than what waits of those that took their ids.
        const orphans = await Promise.all(declared.map((source) => waiting(source.orphans, limit)));
        const documents = await Promise.all(declared.map((source) => waiting(source.documents, limit)));
        const all = [orphans, documents].flatMap((found) => found.flat().sort((one, two) => (one.since ?? 0) - (two.since ?? 0)));
        return distinct(all.flatMap((document) => (document.outbox ?? []).map(toEvent))).slice(0, limit);
      }),
    clear: async (eventIds) => {
      if (eventIds.length === 0) return;
      await guard("the outbox", async () => {
        const clearing = (await sources()).map(async ({ documents, orphans }) => {
          await forget(documents, eventIds);
          if ((await forget(orphans, eventIds)) > 0) await orphans.deleteMany({ outbox: { $size: 0 } });
        });
        await Promise.all(clearing);
      });
    },
    onWritten: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

type Waiting = Pick<StoredDocument, "outbox" | "since">;

/** Only what a majority has: an event must not be published whose write may yet be rolled back. */
function waiting(collection: Collection<StoredDocument>, limit: number): Promise<Waiting[]> {
  return collection
    .find({ since: { $gt: 0 } }, { projection: { outbox: 1, since: 1 }, readConcern: "majority" })
    .sort({ since: 1 })
    .limit(limit)
    .toArray();
}

/** Takes events out of their documents in one write each, leaves version and data alone, and says how many documents had some. */
async function forget(collection: Collection<StoredDocument>, eventIds: readonly string[]): Promise<number> {
  const published = [...eventIds];
  const rest = { $filter: { input: "$outbox", cond: { $not: { $in: ["$$this.eventId", { $literal: published }] } } } };
  const { modifiedCount } = await collection.updateMany({ since: { $gt: 0 }, "outbox.eventId": { $in: published } }, [
    { $set: { outbox: rest } },
    { $set: { since: { $cond: [{ $eq: ["$outbox", []] }, "$$REMOVE", "$since"] } } },
  ]);
  return modifiedCount;
}

/** Events of a document whose deletion was cut off stand twice: beside it and in it. */
function distinct(events: readonly OutboxEvent[]): OutboxEvent[] {
  const seen = new Set<string>();
  return events.filter(({ eventId }) => !seen.has(eventId) && seen.add(eventId));
}
