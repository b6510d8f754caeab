import { detectCharset } from "./detect-charset.ts";

/**
 * Bytes as text. The charset is, in this order: that of a byte order mark or of zeros that only UTF-16 has, UTF-8 where the bytes could hardly be valid by chance, that of the
 * content type, of the own head of HTML or XML, and what the bytes' statistics look like. Servers and pages that name a charset by habit send
 * another all the same: UTF-8 as Latin-1, or an old charset as UTF-8.
 */
export function decodeText(bytes: Uint8Array, hints: { contentType?: string; markup?: boolean } = {}): string {
  const order = utf16Order(bytes) ?? (startsWith(bytes, [0xef, 0xbb, 0xbf]) ? "utf-8" : undefined);
  if (order !== undefined) return new TextDecoder(order).decode(bytes);
  const named = [charsetIn(hints.contentType ?? ""), ...(hints.markup === true ? [charsetOfHead(bytes)] : [])];
  const label = named.find((candidate) => candidate !== undefined && isKnown(candidate));
  const encoding = label === undefined ? undefined : new TextDecoder(label).encoding;
  const utf8 = asUtf8(bytes);
  const isLikely = encoding === undefined || encoding === "utf-8" || encoding === "windows-1252" || isUtf8Plainly(utf8 ?? "");
  if (utf8 !== undefined && isLikely) return utf8;
  if (encoding !== undefined && encoding !== "utf-8") return new TextDecoder(encoding).decode(bytes);
  const broken = encoding === "utf-8" ? new TextDecoder(encoding).decode(bytes) : "";
  if (broken !== "" && !isMostlyBroken(broken)) return broken;
  return new TextDecoder(detectCharset(bytes)).decode(bytes);
}

/** undefined for bytes that are none; a text that was cut or damaged in a few places is. */
function asUtf8(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder("utf-8").decode(bytes);
  if (!text.includes("\ufffd")) return text;
  const damaged = text.match(/\ufffd/g)?.length ?? 0;
  return damaged < (text.match(/\P{ASCII}/gu)?.length ?? 0) * mostDamaged ? text : undefined;
}

/** Share of the letters beyond ASCII; in another charset hardly any of them are valid. */
const mostDamaged = 0.25;

/** Two characters of Chinese may happen to be valid UTF-8, but not so many; text of ASCII alone may be in a charset that shifts. */
const leastForeign = 8;

function isUtf8Plainly(text: string): boolean {
  let foreign = 0;
  for (const _ of text.matchAll(/\P{ASCII}/gu)) if (++foreign >= leastForeign) return true;
  return false;
}

/** UTF-8 that was cut or damaged has some marks of it among its letters; another charset has hardly anything else. */
function isMostlyBroken(text: string): boolean {
  const sample = text.slice(0, sampleBytes);
  const foreign = sample.match(/\P{ASCII}/gu)?.length ?? 0;
  return (sample.match(/\ufffd/g)?.length ?? 0) > foreign / 2;
}

const sampleBytes = 64 * 1024;

function startsWith(bytes: Uint8Array, beginning: readonly number[]): boolean {
  return beginning.every((byte, i) => bytes[i] === byte);
}

/** Of UTF-16, by its mark, or by zeros in the halves of its units: each blank has one, always on the same side. undefined for anything else. */
export function utf16Order(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (startsWith(bytes, [0xfe, 0xff])) return "utf-16be";
  if (startsWith(bytes, [0xff, 0xfe])) return "utf-16le";
  const units = Math.floor(Math.min(bytes.byteLength, sampledUnits * 2) / 2);
  const zeros = [0, 0];
  for (let i = 0; i < units * 2; i++) if (bytes[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [first = 0, second = 0] = zeros;
  if (Math.min(first, second) > 0 || Math.max(first, second) < Math.max(units * leastZeros, 1)) return undefined;
  const order = first > 0 ? "utf-16be" : "utf-16le";
  const text = new TextDecoder(order).decode(bytes.subarray(0, units * 2));
  const written = text.match(/[\p{L}\p{M}\p{N}\p{P}\p{Zs}\p{S}\r\n\t]/gu)?.length ?? 0;
  return written > units * leastWritten ? order : undefined;
}

const sampledUnits = 2_048;
/** Share of the units that have a zero, as blanks and digits do, and of those that are characters of a text. */
const leastZeros = 0.05;
const leastWritten = 0.95;

function charsetIn(contentType: string): string | undefined {
  return /charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(contentType)?.[1];
}

/** By HTML's rules the name stands in the first 1,024 bytes; some pages put much before it. */
function charsetOfHead(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, sampleBytes)).toString("latin1");
  const label = /(?:^\s*<\?xml[^>]{0,200}?\sencoding|<meta[^>]{0,200}?charset)\s*=\s*["']?([\w.:-]{1,40})/i.exec(head)?.[1];
  // Whoever can read this name in it, is not reading UTF-16.
  return label?.toLowerCase().startsWith("utf-16") === true ? "utf-8" : label;
}

function isKnown(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== "";
  } catch {
    return false;
  }
}
