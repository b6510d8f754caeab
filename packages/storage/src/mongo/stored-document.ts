import { asTenant, type OutboxEvent, type Stored, type Tenant } from "@parlance/ports";
import type { Binary } from "mongodb";
import { unescapeKeys } from "./key-escapes.ts";

/** A document as MongoDB has it. The events that wait are part of it, so one write of one document changes both. */
export interface StoredDocument {
  /** Compared as a whole, in this order of fields, so ids are kept apart and ordered by tenant. */
  _id: DocumentId;
  version: number;
  /** The document's data with its keys escaped. */
  data: object;
  /** Marks of the last writes, newest last: a writer whose answer was lost finds here whether its write was made. */
  writes: string[];
  outbox?: StoredEvent[];
  /** When the outbox last became non-empty, in milliseconds since the epoch; absent while it is empty. */
  since?: number;
}

export interface DocumentId {
  tenant: string;
  id: string;
}

export type StoredEvent = Omit<OutboxEvent, "payload" | "tenant"> & { tenant: string; payload: Binary | Uint8Array };

export const maxWriteMarks = 8;

export function idOf(tenant: Tenant, id: string): DocumentId {
  return { tenant, id };
}

export function toStored<T extends object>(document: Pick<StoredDocument, "_id" | "version" | "data">): Stored<T> {
  const { _id, version, data } = document;
  return { tenant: asTenant(_id.tenant), id: _id.id, version, data: unescapeKeys(data) as T };
}

export function toStoredEvent(event: OutboxEvent): StoredEvent {
  const { eventId, topic, tenant, key, time, payload, traceparent, requestId } = event;
  const stored: StoredEvent = { eventId, topic, tenant, key, time, payload };
  if (traceparent !== undefined) stored.traceparent = traceparent;
  if (requestId !== undefined) stored.requestId = requestId;
  return stored;
}

export function toEvent(stored: StoredEvent): OutboxEvent {
  const { payload, tenant, ...rest } = stored;
  const bytes = payload instanceof Uint8Array ? payload : payload.value();
  return { ...rest, tenant: asTenant(tenant), payload: Uint8Array.from(bytes) };
}
