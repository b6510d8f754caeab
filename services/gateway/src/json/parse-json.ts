import { isUtf8 } from "node:buffer";
import { restErrors } from "../rest-error.ts";

export type JsonObject = Record<string, unknown>;

/** How deep a body may nest; nothing in the contract needs more than five. */
export const deepestJson = 32;

/** How many values a body may hold: a thousand products of nearly a hundred properties each. To build more would hold up every other request. */
export const mostJsonValues = 100_000;

/**
 * Parses a request body more strictly than JSON.parse does: well-formed UTF-8 without a byte order mark, no key twice in one object,
 * no key that reaches a prototype, no NUL and no half of a surrogate pair (neither survives being stored), at most 32 levels. An integer that
 * a number would change, such as a long article number, becomes a string of its digits. Where the body may be left out, `null` says that it
 * is, as clients made by generators do.
 * @throws RestError BAD_JSON; TOO_LARGE beyond {@link mostJsonValues}; 400 with the rule that a body breaks although it is JSON.
 */
export function parseJsonObject(bytes: Buffer, { optional = false } = {}): JsonObject {
  if (!isUtf8(bytes)) throw restErrors.badJson();
  const text = bytes.toString("utf8");
  const colons = countMembers(text);
  const value = parse(largeInteger.test(text) ? quoteLargeIntegers(text) : text);
  const check: Check = { members: 0, strings: /\\u(?:0000|d[89a-f])/i.test(text) };
  inspect(value, check);
  // JSON.parse keeps the last of two equal keys, so a document with a duplicate has more members than its value.
  if (check.members !== colons) throw restErrors.badJson();
  if (optional && value === null) return {};
  if (!isObject(value)) throw restErrors.unusableBody("be a JSON object");
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the body, which must not reach a log; so it is not kept as the cause.
    throw restErrors.badJson();
  }
}

const largeInteger = /[1-9]\d{15}/;

/** Puts integers between quotes that a number would change, where they are whole values. Linear in the length. */
function quoteLargeIntegers(text: string): string {
  // With more digits it is beyond every number, and a run without end would exhaust the stack of the expression.
  const next = /"|-?[1-9]\d{15,400}/g;
  const parts: string[] = [];
  let from = 0;
  for (let match = next.exec(text); match !== null; match = next.exec(text)) {
    const [found] = match;
    if (found === '"') {
      next.lastIndex = endOfString(text, match.index) + 1;
    } else if (String(Number(found)) !== found && isWholeValue(text, match.index, next.lastIndex)) {
      parts.push(text.slice(from, match.index), '"', found, '"');
      from = next.lastIndex;
    }
  }
  parts.push(text.slice(from));
  return parts.join("");
}

const endOfValue = /[ \t\r\n]*[,\]}]/y;

/** What stands around says that it is neither part of a number, nor a key, nor part of what is no JSON at all. */
function isWholeValue(text: string, start: number, end: number): boolean {
  endOfValue.lastIndex = end;
  return " \t\r\n:[,".includes(text.charAt(start - 1)) && endOfValue.test(text);
}

/**
 * Counts `key: value` pairs without parsing, and stops at the first bracket that nests too deep and at the first value too many. Linear in
 * the length.
 */
function countMembers(text: string): number {
  const next = /[",:[\]{}]/g;
  let depth = 0;
  let colons = 0;
  let values = 1;
  for (let found = next.test(text); found; found = next.test(text)) {
    switch (text.charCodeAt(next.lastIndex - 1)) {
      case 0x22: // "
        next.lastIndex = endOfString(text, next.lastIndex - 1) + 1;
        break;
      case 0x3a: // :
        colons++;
        break;
      case 0x2c: // ,
        if (++values > mostJsonValues) throw restErrors.tooLarge();
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > deepestJson) throw restErrors.unusableBody(`nest at most ${deepestJson} levels deep`);
        if (++values > mostJsonValues) throw restErrors.tooLarge();
        break;
      default:
        depth--;
    }
  }
  return colons;
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === 0x5c) first--;
  return (at - first) % 2 === 1;
}

interface Check {
  members: number;
  /** Whether the text has an escape that could make NUL or half of a surrogate pair. */
  strings: boolean;
}

function inspect(value: unknown, check: Check): void {
  if (typeof value === "string") {
    if (check.strings) inspectString(value);
  } else if (Array.isArray(value)) {
    for (const item of value) inspect(item, check);
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) {
      check.members++;
      inspectKey(key, value[key]);
      if (check.strings) inspectString(key);
      inspect(value[key], check);
    }
  }
}

function inspectString(value: string): void {
  if (value.includes("\0")) throw restErrors.unusableBody("hold no NUL character (\\u0000)");
  if (!value.isWellFormed()) throw restErrors.unusableBody("hold no half of a surrogate pair (\\ud800 to \\udfff)");
}

function inspectKey(key: string, value: unknown): void {
  const reachesPrototype = key === "__proto__" || (key === "constructor" && isObject(value) && Object.hasOwn(value, "prototype"));
  if (reachesPrototype) throw restErrors.unusableBody("name no field __proto__ or constructor.prototype");
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
