import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { envelope } from "@parlance/contracts";
import { asTenant, type BusEvent } from "@parlance/ports";
import type { IHeaders } from "kafkajs";

/** An event as the value of a Kafka message: a `parlance.common.v1.Envelope`. */
export function encodeEvent(event: BusEvent): Buffer {
  const { eventId, topic, tenant, key, time, payload, traceparent = "", requestId = "" } = event;
  const message = create(envelope.EnvelopeSchema, {
    eventId,
    topic,
    tenant,
    key,
    time: timestampFromMs(time),
    payload,
    traceparent,
    requestId,
  });
  return Buffer.from(toBinary(envelope.EnvelopeSchema, message));
}

/** @throws Error when the bytes are no envelope. */
export function decodeEvent(value: Buffer | null): BusEvent {
  if (value === null) throw new Error("the message is empty");
  const { eventId, topic, tenant, key, time, payload, traceparent, requestId } = fromBinary(envelope.EnvelopeSchema, value);
  if (eventId === "" || topic === "" || tenant === "") throw new Error("the envelope names no event, topic or tenant");
  const event: BusEvent = {
    eventId,
    topic,
    tenant: asTenant(tenant),
    key,
    time: time === undefined ? 0 : timestampMs(time),
    payload: new Uint8Array(payload),
  };
  if (traceparent !== "") event.traceparent = traceparent;
  if (requestId !== "") event.requestId = requestId;
  return event;
}

/** What a group notes about an event that it did not handle, as headers of the message. Times in milliseconds since the epoch. */
export interface Remarks {
  attempts: number;
  error?: string;
  /** Offset in the same partition of the event's own topic; absent for a replay. */
  originOffset?: number;
  retryAt?: number;
  parkedAt?: number;
}

const headerNames = {
  attempts: "parlance-attempts",
  error: "parlance-error",
  originOffset: "parlance-origin-offset",
  retryAt: "parlance-retry-at",
  parkedAt: "parlance-parked-at",
} as const;

export function toHeaders(remarks: Remarks): IHeaders {
  const headers: IHeaders = {};
  for (const name of Object.keys(headerNames) as (keyof Remarks)[]) {
    const value = remarks[name];
    if (value !== undefined) headers[headerNames[name]] = String(value);
  }
  return headers;
}

export function fromHeaders(headers: IHeaders | undefined): Remarks {
  const text = (name: keyof Remarks) => headers?.[headerNames[name]]?.toString();
  const number = (name: keyof Remarks) => {
    const value = Number(text(name) ?? Number.NaN);
    return Number.isSafeInteger(value) ? value : undefined;
  };
  const remarks: Remarks = { attempts: number("attempts") ?? 0 };
  const [error, originOffset, retryAt, parkedAt] = [text("error"), number("originOffset"), number("retryAt"), number("parkedAt")];
  if (error !== undefined) remarks.error = error;
  if (originOffset !== undefined) remarks.originOffset = originOffset;
  if (retryAt !== undefined) remarks.retryAt = retryAt;
  if (parkedAt !== undefined) remarks.parkedAt = parkedAt;
  return remarks;
}
