import { randomUUID } from "node:crypto";

/** 24 lower-case hex digits: four bytes of time in seconds, so that ids sort by age, and eight random ones. */
export function newId(): string {
  const seconds = Math.floor(Date.now() / 1_000);
  // Only the digits in the middle of a UUID say what it is. It comes from a store of random bytes, which asking the system each time does not.
  const random = randomUUID();
  return seconds.toString(16).padStart(8, "0") + random.slice(0, 8) + random.slice(28);
}

/** A UUID, for events and requests. */
export function newUuid(): string {
  return randomUUID();
}

const idForm = /^[0-9a-f]{24}$/;

/** True for what {@link newId} makes; any other string cannot be the id of anything. */
export function isId(value: string): boolean {
  return idForm.test(value);
}
