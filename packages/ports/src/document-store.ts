import type { RateWindows } from "./rate-windows.ts";
import type { Tenant, EveryTenant } from "./tenant.ts";

/**
 * Documents of a service: typed collections with declared indexes. A document and the events that its change causes are
 * written in one atomic write (the outbox). There is no transaction over two documents, so that every store can keep the promise.
 */
export interface DocumentStore {
  /** Declares a collection and its indexes; the same spec twice gives the same collection. Never reads another service's. */
  collection<T extends object>(spec: CollectionSpec<T>): Collection<T>;
  /** Events written with documents and not yet published, for the relay. */
  readonly outbox: Outbox;
  /** What was let through lately, as wide as the store is shared. */
  readonly windows: RateWindows;
  /** Resolves when the store can serve; rejects with the reason why not. */
  ready(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface CollectionSpec<T extends object> {
  /** `<service>.<plural>`, such as `chat.chatbots`. */
  name: string;
  /**
   * Each index is an ordered list of top-level or dotted fields, after the tenant, which always comes first. A find or count of one
   * tenant must be served by an index: its equality and set fields in any order, then its range or sort field; any other is refused
   * as `invalid`. Over every tenant each field must stand in some index, and the read is a scan. `unique` holds per tenant, among the
   * documents in which all fields of the index are there and not null.
   */
  indexes?: readonly IndexSpec<T>[];
}

export interface IndexSpec<T extends object> {
  fields: readonly FieldPath<T>[];
  unique?: boolean;
}

/**
 * A top-level field, or a dotted path into nested objects, of names made of letters, digits and `_`. Values of an indexed field are
 * strings, numbers, booleans or null; a write with an object or array there is refused as `invalid`. Order is null, then numbers, then
 * strings by code point, then false and true.
 */
export type FieldPath<T extends object> = (keyof T & string) | `${keyof T & string}.${string}`;

/**
 * A document as stored. `version` begins with 1 and grows by one with every write. Data is plain JSON: no Date, no bytes, no NaN, at
 * most 80 levels deep and 8 MiB as text, no NUL in a key; else `invalid`. A property that is undefined is left out, and a lone
 * surrogate in a string is stored as U+FFFD.
 */
export interface Stored<T extends object> {
  readonly tenant: Tenant;
  readonly id: string;
  readonly version: number;
  readonly data: T;
}

export interface Collection<T extends object> {
  get(tenant: Tenant, id: string, options?: ReadOptions): Promise<Stored<T> | undefined>;
  /** @throws StoreError `already_exists` when the id or a unique index is taken. */
  insert(tenant: Tenant, id: string, data: T, options?: WriteOptions): Promise<Stored<T>>;
  /**
   * Replaces exactly the version that was read.
   * @throws StoreError `version_conflict` when the document changed since or is gone; `already_exists` for a unique index.
   */
  replace(current: Stored<T>, data: T, options?: WriteOptions): Promise<Stored<T>>;
  /**
   * Adds to number fields in one write, if the document exists and all guards hold; else changes nothing and gives undefined.
   * A missing field counts as 0; a field that holds no number, or stands below one that holds no object, is refused as `invalid`.
   */
  increment(tenant: Tenant, id: string, change: Increment<T>, options?: WriteOptions): Promise<Stored<T> | undefined>;
  /**
   * True when a document was there. With `version`, deletes only that version; another one that is there is a `version_conflict`.
   * Events of the document that wait in the outbox stay there.
   */
  delete(tenant: Tenant, id: string, options?: { version?: number }): Promise<boolean>;
  /**
   * Pages are stable: a document that is neither written nor deleted in between appears exactly once. Ties are ordered by id; over every
   * tenant by tenant, then id.
   */
  find(tenant: Tenant | EveryTenant, query: Query<T>, options?: ReadOptions): Promise<Page<T>>;
  count(tenant: Tenant | EveryTenant, where?: Where<T>, options?: ReadOptions): Promise<number>;
}

export interface Increment<T extends object> {
  by: { [P in FieldPath<T>]?: number };
  /** Each named field must be at least this much before the change; a missing one counts as 0, anything but a number fails. */
  guard?: { [P in FieldPath<T>]?: number };
}

export interface ReadOptions {
  signal?: AbortSignal;
}

export interface WriteOptions {
  /** Published by the relay, at least once, in the order given, once the document's write is durable. */
  events?: readonly OutboxEvent[];
}

export type Scalar = string | number | boolean | null;
/** What has an order. A range matches only values of its own type, and both ends have one type. */
export type Ordered = string | number | boolean;
export type Range = { gt?: Ordered; gte?: Ordered; lt?: Ordered; lte?: Ordered };
/** A set holds at most 1,000 values; an empty one matches nothing. */
export type Condition = Scalar | { in: readonly Scalar[] } | Range;
/** Equality, set or range by field; all must hold. A missing field equals null. Anything else in it is refused as `invalid`. */
export type Where<T extends object> = { [P in FieldPath<T>]?: Condition };

export interface Query<T extends object> {
  where?: Where<T>;
  /** One field; ties are ordered by id in the same direction. Default: by id, ascending (over every tenant by tenant, then id). */
  sort?: { by: FieldPath<T>; direction: "ascending" | "descending" };
  /** 1 to 1,000. */
  limit: number;
  /** `nextCursor` of the page before. A cursor of another query, collection or tenant is refused as `invalid`. */
  cursor?: string;
  /** Documents to pass over, for contracts that page by offset. Not together with a cursor. */
  offset?: number;
}

export interface Page<T extends object> {
  items: Stored<T>[];
  /** Absent on the last page. */
  nextCursor?: string;
}

export interface OutboxEvent {
  /** Unique; consumers are idempotent by it. */
  eventId: string;
  topic: string;
  tenant: Tenant;
  /** Aggregate id; order holds per topic and key. */
  key: string;
  /** Milliseconds since the epoch. */
  time: number;
  /** Protobuf bytes of the topic's message. */
  payload: Uint8Array;
  traceparent?: string;
  requestId?: string;
}

export interface Outbox {
  /** Oldest first; of one document always in the order written. */
  pending(limit: number): Promise<OutboxEvent[]>;
  /** Forgets events that were published. Unknown ids are ignored. */
  clear(eventIds: readonly string[]): Promise<void>;
  /** Calls back soon after a write that carried events; a hint, never the only trigger. Returns the unsubscribe function. */
  onWritten(listener: () => void): () => void;
}

export type StoreErrorKind = "already_exists" | "version_conflict" | "invalid" | "unavailable" | "corrupt";

export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly kind: StoreErrorKind;
  constructor(kind: StoreErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Whether an error is a StoreError of one of these kinds. */
export function isStoreError(error: unknown, ...kinds: readonly StoreErrorKind[]): error is StoreError {
  return error instanceof StoreError && kinds.includes(error.kind);
}
