import { backup, type DatabaseSync } from "node:sqlite";
import { asTenant, isStoreError, type BusEvent, type DeadLetter } from "@parlance/ports";
import { asLogError, openDatabase, type OpenOptions } from "./schema.ts";

/** An event that a group has still to handle. */
export interface PendingEvent {
  offset: number;
  event: BusEvent;
  attempts: number;
  /** Milliseconds since the epoch before which it must not be tried; 0 when it may be tried at once. */
  retryAt: number;
}

export interface PageLimits {
  events: number;
  bytes: number;
}

export interface EventLogOptions extends OpenOptions {
  /** Called once when damage shows while the log is used: no event of it moves on from there. */
  onDamaged?: ((error: Error) => void) | undefined;
}

/**
 * SQL of the event log. Synchronous; every write must happen inside {@link EventLog.transaction}. Reads and writes throw StoreError `corrupt`
 * when the file is damaged.
 */
export class EventLog {
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #sql: ReturnType<typeof prepare>;
  #onDamaged: ((error: Error) => void) | undefined;

  constructor(path: string, { onDamaged, ...opening }: EventLogOptions = {}) {
    this.#path = path;
    this.#db = openDatabase(path, opening);
    this.#sql = prepare(this.#db);
    this.#onDamaged = onDamaged;
  }

  /** Runs the writes as one unit, which survives the end of the process; syncing it is the caller's. */
  transaction(write: () => void): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      write();
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw this.#meaningOf(error);
    }
  }

  append(event: BusEvent, now: number): void {
    const { eventId, topic, key, tenant, time, payload, traceparent = null, requestId = null } = event;
    const { lastInsertRowid } = this.#sql.append.run(eventId, topic, key, tenant, time, payload, traceparent, requestId, now);
    this.#sql.fanOut.run(lastInsertRowid, key, topic);
  }

  /** Makes a group known on a topic; a new one gets every event of the topic that is still kept. */
  join(group: string, topic: string, now: number): void {
    const { changes } = this.#sql.join.run(group, topic, now);
    if (changes === 0) this.seen(group, topic, now);
    else this.#sql.catchUp.run(group, topic);
  }

  /** Notes that a process has subscribed the group now. */
  seen(group: string, topic: string, now: number): void {
    this.#sql.seen.run(now, group, topic);
  }

  /** Pending events of a group beyond an offset, in order; at least one when there is any. */
  page(group: string, topic: string, after: number, limits: PageLimits): PendingEvent[] {
    return this.#reading(() => take(this.#sql.page.iterate(group, topic, after), limits));
  }

  /** Pending events of one key up to an offset, in order. */
  pageOfKey(at: { group: string; topic: string; key: string; upTo: number }, limits: PageLimits): PendingEvent[] {
    return this.#reading(() => take(this.#sql.pageOfKey.iterate(at.group, at.topic, at.key, at.upTo), limits));
  }

  handled(group: string, topic: string, offset: number): void {
    this.#sql.handled.run(group, topic, offset);
  }

  failed(group: string, pending: PendingEvent): void {
    this.#sql.failed.run(pending.attempts, pending.retryAt, group, pending.event.topic, pending.offset);
  }

  park(group: string, pending: PendingEvent, error: string, now: number): void {
    const { event, offset, attempts } = pending;
    this.handled(group, event.topic, offset);
    this.#sql.park.run(group, offset, event.eventId, attempts, error, now);
  }

  deadLetters(group: string, limit: number): DeadLetter[] {
    const rows = this.#reading(() => this.#sql.deadLetters.all(group, limit));
    return rows.map((row) => ({
      event: toEvent(row),
      group,
      attempts: Number(row["attempts"]),
      error: String(row["error"]),
      parkedAt: Number(row["parked_at"]),
    }));
  }

  /** Gives a dead letter back to its group; the topics and keys it belongs to, empty for an unknown id. */
  replay(group: string, eventId: string): { topic: string; key: string }[] {
    const rows = this.#sql.parked.all(group, eventId);
    for (const row of rows) {
      this.#sql.unpark.run(group, row["offset"] ?? null);
      this.#sql.restore.run(group, row["topic"] ?? null, row["offset"] ?? null, row["key"] ?? null);
    }
    return rows.map((row) => ({ topic: String(row["topic"]), key: String(row["key"]) }));
  }

  /** Forgets what nobody needs any more, at most `limit` events; true when there may be more. */
  trim(before: { handled: number; unclaimed: number; deadLetters: number; groups: number }, limit: number): boolean {
    this.#sql.expireDeadLetters.run(before.deadLetters);
    this.#sql.expirePending.run(before.groups);
    this.#sql.expireGroups.run(before.groups);
    let trimmed = 0;
    for (const { topic } of this.#sql.topics.all()) {
      const known = this.#sql.firstPending.get(topic ?? null);
      const claimed = Number(known?.["groups"] ?? 0) > 0;
      const upTo = claimed ? Number(known?.["first"] ?? Number.MAX_SAFE_INTEGER) : Number.MAX_SAFE_INTEGER;
      const age = claimed ? before.handled : before.unclaimed;
      trimmed += Number(this.#sql.trim.run(topic ?? null, upTo, age, limit - trimmed).changes);
      if (trimmed >= limit) return true;
    }
    return false;
  }

  /**
   * Copies the log to a file. Nothing may be written meanwhile: no second connection can be opened beside one that has the file for itself, so
   * the copy is made over the one that is there.
   */
  async copyTo(path: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await backup(this.#db, path, { rate: pagesAtOnce, progress: () => signal?.throwIfAborted() });
  }

  /** What is wrong with the file's structure, in the driver's words; empty when nothing is. */
  faults(): string[] {
    try {
      const found = this.#db.prepare("PRAGMA integrity_check(10)").all();
      return found.map((row) => String(row["integrity_check"])).filter((text) => text !== "ok");
    } catch (error) {
      // Damage may be such that even the check cannot go on.
      return [error instanceof Error ? error.message : String(error)];
    }
  }

  close(): void {
    this.#db.close();
  }

  #reading<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw this.#meaningOf(error);
    }
  }

  #meaningOf(error: unknown): unknown {
    const meaning = asLogError(error, this.#path);
    if (!isStoreError(meaning, "corrupt")) return meaning;
    const tell = this.#onDamaged;
    this.#onDamaged = undefined;
    tell?.(meaning);
    return meaning;
  }
}

/** Reads wait while so many pages are copied, about a millisecond. */
const pagesAtOnce = 250;

type Row = Record<string, unknown>;

function take(rows: Iterable<Row>, limits: PageLimits): PendingEvent[] {
  const taken: PendingEvent[] = [];
  let bytes = 0;
  for (const row of rows) {
    const event = toEvent(row);
    taken.push({ offset: Number(row["offset"]), event, attempts: Number(row["attempts"]), retryAt: Number(row["retry_at"]) });
    bytes += event.payload.length;
    if (taken.length >= limits.events || bytes >= limits.bytes) break;
  }
  return taken;
}

function toEvent(row: Row): BusEvent {
  const { payload, traceparent, request_id: requestId } = row;
  const event: BusEvent = {
    eventId: String(row["event_id"]),
    topic: String(row["topic"]),
    tenant: asTenant(String(row["tenant"])),
    key: String(row["key"]),
    time: Number(row["time"]),
    payload: payload instanceof Uint8Array ? payload : new Uint8Array(),
  };
  if (typeof traceparent === "string") event.traceparent = traceparent;
  if (typeof requestId === "string") event.requestId = requestId;
  return event;
}

function prepare(db: DatabaseSync) {
  const pending = `SELECT e.*, p.attempts, p.retry_at FROM pending p JOIN events e ON e.offset = p.offset
    WHERE p.group_name = ? AND p.topic = ?`;
  return {
    append: db.prepare(
      `INSERT INTO events (event_id, topic, key, tenant, time, payload, traceparent, request_id, published_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    fanOut: db.prepare(
      `INSERT INTO pending (group_name, topic, offset, key) SELECT group_name, topic, ?, ? FROM group_topics WHERE topic = ?`,
    ),
    join: db.prepare("INSERT OR IGNORE INTO group_topics (group_name, topic, seen_at) VALUES (?, ?, ?)"),
    seen: db.prepare("UPDATE group_topics SET seen_at = ? WHERE group_name = ? AND topic = ?"),
    catchUp: db.prepare(
      `INSERT INTO pending (group_name, topic, offset, key) SELECT ?, topic, offset, key FROM events WHERE topic = ?`,
    ),
    page: db.prepare(`${pending} AND p.offset > ? ORDER BY p.offset`),
    pageOfKey: db.prepare(`${pending} AND p.key = ? AND p.offset <= ? ORDER BY p.offset`),
    handled: db.prepare("DELETE FROM pending WHERE group_name = ? AND topic = ? AND offset = ?"),
    failed: db.prepare("UPDATE pending SET attempts = ?, retry_at = ? WHERE group_name = ? AND topic = ? AND offset = ?"),
    park: db.prepare(
      `INSERT OR REPLACE INTO dead_letters (group_name, offset, event_id, attempts, error, parked_at) VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    deadLetters: db.prepare(
      `SELECT e.*, d.attempts, d.error, d.parked_at FROM dead_letters d JOIN events e ON e.offset = d.offset
       WHERE d.group_name = ? ORDER BY d.parked_at, d.offset LIMIT ?`,
    ),
    parked: db.prepare(
      `SELECT d.offset, e.topic, e.key FROM dead_letters d JOIN events e ON e.offset = d.offset
       WHERE d.group_name = ? AND d.event_id = ?`,
    ),
    unpark: db.prepare("DELETE FROM dead_letters WHERE group_name = ? AND offset = ?"),
    restore: db.prepare("INSERT OR IGNORE INTO pending (group_name, topic, offset, key) VALUES (?, ?, ?, ?)"),
    expireDeadLetters: db.prepare("DELETE FROM dead_letters WHERE parked_at < ?"),
    expirePending: db.prepare(
      `DELETE FROM pending WHERE (group_name, topic) IN (SELECT group_name, topic FROM group_topics WHERE seen_at < ?)`,
    ),
    expireGroups: db.prepare("DELETE FROM group_topics WHERE seen_at < ?"),
    topics: db.prepare("SELECT DISTINCT topic FROM events"),
    firstPending: db.prepare(
      `SELECT count(*) AS groups, min((SELECT min(p.offset) FROM pending p WHERE p.group_name = g.group_name AND p.topic = g.topic)) AS first
       FROM group_topics g WHERE g.topic = ?`,
    ),
    trim: db.prepare(
      `DELETE FROM events WHERE offset IN (
         SELECT offset FROM events WHERE topic = ? AND offset < ? AND published_at < ?
         AND offset NOT IN (SELECT offset FROM dead_letters) ORDER BY offset LIMIT ?)`,
    ),
  };
}
