import { asTenant, type Outbox, type OutboxEvent } from "@parlance/ports";
import type { Guard } from "./document-store-errors.ts";
import type { StoreFile } from "./document-store-file.ts";
import type { Writer } from "./document-store-writer.ts";

export function createOutbox(file: StoreFile, writer: Writer, guard: Guard): Outbox {
  return {
    pending: (limit) =>
      guard(async () => {
        const rows = file.prepare("SELECT * FROM outbox ORDER BY seq LIMIT ?").all(limit);
        // An event must not be told of a state that a power cut could still undo.
        await writer.durable();
        return rows.map(toEvent);
      }),
    clear: async (eventIds) => {
      if (eventIds.length === 0) return;
      const ids = JSON.stringify(eventIds);
      const remove = () => file.prepare("DELETE FROM outbox WHERE event_id IN (SELECT value FROM json_each(?))").run(ids);
      // The bus has them: should a power cut bring them back, they are published again, which their consumers expect.
      await guard(() => writer.submit({ what: "outbox", single: true, events: false, sync: false, apply: remove }));
    },
    onWritten: (listener) => writer.onEvents(listener),
  };
}

/** Adds events within the transaction of the write that causes them. An id that waits already is the same event and waits once. */
export function addEvents(file: StoreFile, events: readonly OutboxEvent[]): void {
  const insert = file.prepare(
    `INSERT OR IGNORE INTO outbox (event_id, topic, tenant, key, time, payload, traceparent, request_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const event of events) {
    const { eventId, topic, tenant, key, time, payload } = event;
    insert.run(eventId, topic, tenant, key, time, payload, event.traceparent ?? null, event.requestId ?? null);
  }
}

function toEvent(row: Record<string, unknown>): OutboxEvent {
  const event: OutboxEvent = {
    eventId: String(row["event_id"]),
    topic: String(row["topic"]),
    tenant: asTenant(String(row["tenant"])),
    key: String(row["key"]),
    time: Number(row["time"]),
    payload: row["payload"] instanceof Uint8Array ? row["payload"] : new Uint8Array(),
  };
  if (typeof row["traceparent"] === "string") event.traceparent = row["traceparent"];
  if (typeof row["request_id"] === "string") event.requestId = row["request_id"];
  return event;
}
