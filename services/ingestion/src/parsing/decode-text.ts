import chardet from "chardet";

/**
 * Bytes as text. The charset is, in this order: that of a byte order mark, UTF-8 where the bytes could hardly be valid by chance, that of the
 * content type, of the HTML's own head, and what the bytes' statistics look like. Servers and pages that name a charset by habit send
 * another all the same: UTF-8 as Latin-1, or an old charset as UTF-8.
 */
export function decodeText(bytes: Uint8Array, hints: { contentType?: string; html?: boolean } = {}): string {
  const mark = orderMark(bytes);
  if (mark !== undefined) return new TextDecoder(mark).decode(bytes);
  const named = [charsetIn(hints.contentType ?? ""), ...(hints.html === true ? [charsetOfHead(bytes)] : [])];
  const label = named.find((candidate) => candidate !== undefined && isKnown(candidate));
  const encoding = label === undefined ? undefined : new TextDecoder(label).encoding;
  const utf8 = asUtf8(bytes);
  const isLikely = encoding === undefined || encoding === "utf-8" || encoding === "windows-1252" || isUtf8Plainly(utf8 ?? "");
  if (utf8 !== undefined && isLikely) return utf8;
  if (encoding !== undefined && encoding !== "utf-8") return new TextDecoder(encoding).decode(bytes);
  const broken = encoding === "utf-8" ? new TextDecoder(encoding).decode(bytes) : "";
  if (broken !== "" && !isMostlyBroken(broken)) return broken;
  const detected = chardet.detect(sampleOf(bytes));
  return new TextDecoder(detected !== null && isKnown(detected) ? detected : "windows-1252").decode(bytes);
}

function asUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

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

/** Marks of HTML are left out, for they are the same in all charsets. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  const beginning = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, sampleBytes)).toString("latin1");
  const text = beginning.replaceAll(/<(?:script|style)\b[^<]*<\/|<[^<>]*>/gi, " ");
  return Buffer.from(/[\u0080-\u00ff]/.test(text) ? text : beginning, "latin1");
}

function orderMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  // A mark-up that begins with a character of two bytes, of which one is zero.
  if (bytes[0] === 0x3c && bytes[1] === 0 && bytes[2] !== 0 && bytes[3] === 0) return "utf-16le";
  return bytes[0] === 0 && bytes[1] === 0x3c && bytes[2] === 0 && bytes[3] !== 0 ? "utf-16be" : undefined;
}

function charsetIn(contentType: string): string | undefined {
  return /charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(contentType)?.[1];
}

/** By HTML's rules the name stands in the first 1,024 bytes; some pages put much before it. */
function charsetOfHead(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, sampleBytes)).toString("latin1");
  const label = /<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(head)?.[1];
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
