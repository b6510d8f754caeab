import chardet from "chardet";

/**
 * Bytes as text. The charset is, in this order: that of a byte order mark, of the content type, of the HTML's own head, UTF-8 where the
 * bytes are valid, and what their statistics look like.
 */
export function decodeText(bytes: Uint8Array, hints: { contentType?: string; html?: boolean } = {}): string {
  const named = [charsetIn(hints.contentType ?? ""), ...(hints.html === true ? [charsetOfHead(bytes)] : [])];
  const label = orderMark(bytes) ?? named.find((candidate) => candidate !== undefined && isKnown(candidate));
  if (label !== undefined) return new TextDecoder(label).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const detected = chardet.detect(bytes.subarray(0, sampleBytes));
    return new TextDecoder(detected !== null && isKnown(detected) ? detected : "windows-1252").decode(bytes);
  }
}

const sampleBytes = 64 * 1024;

function orderMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : undefined;
}

function charsetIn(contentType: string): string | undefined {
  return /charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(contentType)?.[1];
}

/** By HTML's rules the name stands in the first 1,024 bytes; some pages put it later. */
function charsetOfHead(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4_096)).toString("latin1");
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
