import { timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";

/** Milliseconds since the epoch, as every instant of the contract. null where the service has none. */
export function instant(time: Timestamp | undefined): number | null {
  return time === undefined ? null : timestampMs(time);
}

/** An instant that a service always sets. */
export function requiredInstant(time: Timestamp | undefined, field: string): number {
  if (time === undefined) throw new TypeError(`a service left out ${field}`);
  return timestampMs(time);
}
