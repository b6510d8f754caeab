import { StoreError, type Tenant } from "@parlance/ports";
import { isPlainObject, valueAt } from "./field-path.ts";

const maxDepth = 80;
const maxCharacters = 8 * 1024 * 1024;
const maxIdCharacters = 1000;

/**
 * The JSON text of a document that every store can keep: see `Stored` for the limits.
 * @throws StoreError `invalid`, naming where in the document but never a value.
 */
export function documentText(collection: string, data: object, indexed: readonly string[]): string {
  checkPlain(data, collection, 1);
  for (const path of indexed) checkScalar(data, path, collection);
  const text = JSON.stringify(data);
  if (text.length > maxCharacters) {
    throw new StoreError("invalid", `a document of ${collection} has ${text.length} characters, at most ${maxCharacters} are kept`);
  }
  // JSON.stringify escapes only lone surrogates as \ud…; no store but this text form could keep them.
  return text.includes("\\ud") ? JSON.stringify(data, wellFormed) : text;
}

/** @throws StoreError `invalid` */
export function checkKey(tenant: Tenant, id: string): void {
  for (const value of [tenant, id]) {
    if (typeof value === "string" && value !== "" && value.length <= maxIdCharacters && value.isWellFormed()) continue;
    throw new StoreError("invalid", `a tenant and an id are strings of 1 to ${maxIdCharacters} characters`);
  }
}

function checkPlain(value: unknown, at: string, depth: number): void {
  if (typeof value === "string" || typeof value === "boolean" || value === null || value === undefined) return;
  if (typeof value === "number") {
    if (Number.isFinite(value)) return;
    throw new StoreError("invalid", `${at} is not a finite number`);
  }
  if (depth > maxDepth) throw new StoreError("invalid", `${at} is nested more than ${maxDepth} levels deep`);
  if (Array.isArray(value)) {
    for (const item of value) {
      if (item === undefined) throw new StoreError("invalid", `${at} holds undefined, which JSON cannot say`);
      checkPlain(item, at, depth + 1);
    }
    return;
  }
  if (!isPlain(value)) throw new StoreError("invalid", `${at} holds something that is not plain JSON`);
  for (const key in value) {
    if (key.includes("\0")) throw new StoreError("invalid", `${at} has a key with a NUL`);
    // The path of a fault names the collection and the top-level field, which is ours; deeper keys may be a user's words.
    checkPlain(value[key], depth === 1 ? `${at}: ${key}` : at, depth + 1);
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function checkScalar(data: object, path: string, collection: string): void {
  const value = valueAt(data, path);
  if (Array.isArray(value) || isPlainObject(value) || crossesArray(data, path)) {
    throw new StoreError("invalid", `${collection}: the indexed field ${path} must hold a string, number, boolean or null`);
  }
}

/** An array on the way to an indexed field would be searched by element in some stores and not at all in others. */
function crossesArray(data: object, path: string): boolean {
  for (let dot = path.indexOf("."); dot !== -1; dot = path.indexOf(".", dot + 1)) {
    if (Array.isArray(valueAt(data, path.slice(0, dot)))) return true;
  }
  return false;
}

function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === "string" ? value.toWellFormed() : value;
}
