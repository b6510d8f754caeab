import { randomBytes, randomUUID } from "node:crypto";

/** 24 lower-case hex digits: four bytes of time in seconds, so that ids sort by age, and eight random ones. */
export function newId(): string {
  const bytes = randomBytes(12);
  bytes.writeUInt32BE(Math.floor(Date.now() / 1000), 0);
  return bytes.toString("hex");
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
