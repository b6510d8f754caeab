import { randomBytes } from "node:crypto";
import { StoreError, type Increment, type OutboxEvent, type Stored, type Tenant } from "@parlance/ports";
import type { Collection, Document } from "mongodb";
import { documentText } from "../documents/check-document.ts";
import type { CollectionPlan } from "../documents/collection-plan.ts";
import { planIncrement } from "../documents/increment.ts";
import { isTaken } from "./errors.ts";
import { dataPath } from "./filters.ts";
import { escapeKeys } from "./key-escapes.ts";
import { untilCertain } from "./retry.ts";
import { idOf, maxWriteMarks, toStored, toStoredEvent, type DocumentId, type StoredDocument } from "./stored-document.ts";

/** A collection and where its documents lie. `orphans` holds the waiting events of documents that were deleted. */
export interface Source {
  readonly plan: CollectionPlan;
  readonly documents: Collection<StoredDocument>;
  readonly orphans: Collection<StoredDocument>;
}

/** A write whose content was checked and copied, to be made once the collection is ready. */
export type PreparedWrite<R> = (source: Source) => Promise<R>;

interface Place {
  readonly tenant: Tenant;
  readonly id: string;
}

/** @throws StoreError `invalid`; the write itself `already_exists`, `unavailable` */
export function insertWrite<T extends object>(
  plan: CollectionPlan,
  at: Place,
  content: { data: T; events: readonly OutboxEvent[] },
): PreparedWrite<Stored<T>> {
  const mark = newMark();
  const documentId = idOf(at.tenant, at.id);
  const document: StoredDocument = { _id: documentId, version: 1, data: storedData(plan, content.data), writes: [mark] };
  if (content.events.length > 0) Object.assign(document, { outbox: content.events.map(toStoredEvent), since: Date.now() });
  return async (source) => {
    await untilCertain(plan.name, async (uncertain) => {
      try {
        await source.documents.insertOne(document);
      } catch (error) {
        // The id is taken by this very insert, whose answer was lost.
        if (!uncertain || !isTaken(error) || !(await wasWritten(source, documentId, mark))) throw error;
      }
    });
    return { tenant: at.tenant, id: at.id, version: 1, data: content.data };
  };
}

/** @throws StoreError `invalid`; the write itself `version_conflict`, `already_exists`, `unavailable` */
export function replaceWrite<T extends object>(
  plan: CollectionPlan,
  current: Stored<T>,
  content: { data: T; events: readonly OutboxEvent[] },
): PreparedWrite<Stored<T>> {
  const mark = newMark();
  const documentId = idOf(current.tenant, current.id);
  const change = { $set: { data: storedData(plan, content.data) }, ...bookkeeping(mark, content.events), $inc: { version: 1 } };
  return async (source) => {
    await untilCertain(plan.name, async (uncertain) => {
      const { matchedCount } = await source.documents.updateOne({ _id: documentId, version: current.version }, change);
      if (matchedCount === 0 && !(uncertain && (await wasWritten(source, documentId, mark)))) throw conflict(plan);
    });
    return { tenant: current.tenant, id: current.id, version: current.version + 1, data: content.data };
  };
}

/** The write gives undefined, and changes nothing, when the document is absent or a guard fails. */
export function incrementWrite<T extends object>(
  plan: CollectionPlan,
  at: Place,
  content: { change: Increment<T>; events: readonly OutboxEvent[] },
): PreparedWrite<Stored<T> | undefined> {
  const mark = newMark();
  const documentId = idOf(at.tenant, at.id);
  const { by, guard } = planIncrement(content.change);
  const amounts = Object.fromEntries(by.map(([path, amount]) => [dataPath(path), amount]));
  const change = { $inc: { ...amounts, version: 1 }, ...bookkeeping(mark, content.events) };
  const guards = guard.map(([path, least]) => guardPart(dataPath(path), least));
  // Without the mark in the filter, an attempt whose answer was lost would add a second time.
  const filter = { _id: documentId, writes: { $ne: mark }, ...(guards.length > 0 && { $and: guards }) };
  const options = { returnDocument: "after", projection: { version: 1, data: 1 } } as const;
  return async (source) => {
    const changed = await untilCertain(plan.name, async (uncertain) => {
      const after = await source.documents.findOneAndUpdate(filter, change, options);
      return after ?? (uncertain ? source.documents.findOne({ _id: documentId, writes: mark }, { readConcern: "majority" }) : null);
    });
    return changed === null ? undefined : toStored<T>(changed);
  };
}

/** True when a document was there. Its waiting events are put beside before it goes. */
export async function deleteDocument(
  source: Source,
  at: { tenant: Tenant; id: string },
  version: number | undefined,
): Promise<boolean> {
  const documentId = idOf(at.tenant, at.id);
  return untilCertain(source.plan.name, async (uncertain) => {
    for (;;) {
      const found = await source.documents.findOne(
        { _id: documentId },
        { projection: { version: 1, writes: 1, outbox: 1, since: 1 } },
      );
      // Gone after an attempt whose answer was lost: that attempt is the likeliest to have done it.
      if (found === null) return uncertain;
      if (version !== undefined && found.version !== version) throw conflict(source.plan);
      if (found.outbox !== undefined && found.outbox.length > 0) await keepEvents(source, found);
      // A write in between changes the version; then its events must be kept as well.
      const { deletedCount } = await source.documents.deleteOne({ _id: documentId, version: found.version });
      if (deletedCount > 0) return true;
    }
  });
}

/** Puts the events of a document that is about to go where the relay finds them; a repetition finds them there already. */
async function keepEvents(
  source: Source,
  found: Pick<StoredDocument, "_id" | "version" | "writes" | "outbox" | "since">,
): Promise<void> {
  const { _id: of } = found;
  // Versions begin anew with each document that has the id, and may be deleted before the events of the one before are published.
  const documentId = { tenant: of.tenant, id: `${found.writes.at(-1) ?? ""}/${of.id}` };
  const kept = { version: found.version, data: {}, writes: [], outbox: found.outbox ?? [], since: found.since ?? Date.now() };
  await source.orphans.updateOne({ _id: documentId }, { $set: kept }, { upsert: true });
}

function bookkeeping(mark: string, events: readonly OutboxEvent[]): Document {
  const writes = { $each: [mark], $slice: -maxWriteMarks };
  if (events.length === 0) return { $push: { writes } };
  return { $push: { writes, outbox: { $each: events.map(toStoredEvent) } }, $min: { since: Date.now() } };
}

function guardPart(path: string, least: number): Document {
  const enough = { [path]: { $gte: least } };
  return least > 0 ? enough : { $or: [enough, { [path]: null }] };
}

async function wasWritten(source: Source, documentId: DocumentId, mark: string): Promise<boolean> {
  return (
    (await source.documents.findOne({ _id: documentId, writes: mark }, { projection: { _id: 1 }, readConcern: "majority" })) !==
    null
  );
}

function storedData(plan: CollectionPlan, data: object): object {
  return escapeKeys(JSON.parse(documentText(plan.name, data, plan.indexed))) as object;
}

function newMark(): string {
  return randomBytes(12).toString("base64url");
}

function conflict(plan: CollectionPlan): StoreError {
  return new StoreError("version_conflict", `the document of ${plan.name} has changed since it was read, or is gone`);
}
