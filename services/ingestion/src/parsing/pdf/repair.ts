import { constants, inflateSync } from "node:zlib";

export interface RepairedPdf {
  bytes: Uint8Array;
  /** How many pages the file says that it has; undefined where that is lost. */
  pages: number | undefined;
}

/**
 * A PDF that cannot be opened, mostly because its end is lost and with it what tells where everything is, with an end that can be: its own
 * catalog if it is there, else a list of the pages in the order in which they are stored. Objects that are packed together are unpacked.
 * Nothing for what is encrypted, whose key is lost, too.
 */
export function* repairedPdfs(bytes: Uint8Array): Generator<RepairedPdf> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Of several ends the first would be believed, and all objects between a table of places and an end passed over.
  const text = file.toString("latin1").replaceAll(/\b(?:trailer|startxref|xref)\b/g, (name) => "%".padEnd(name.length));
  if (/\/Encrypt\b/.test(text)) return;
  const packed = packedObjects(file, text);
  const objects = [...objectsIn(text), ...packed];
  const end = packed.map(({ id, content }) => `${id} 0 obj\n${content}\nendobj\n`).join("");
  const counts = objects
    .filter(({ content }) => /\/Type\s*\/Pages\b/.test(content))
    .map(({ content }) => numberIn(content, "Count"));
  const whole = (more: string) => ({
    bytes: Buffer.from(`${text}\nendstream\nendobj\n${end}${more}startxref\n0\n%%EOF`, "latin1"),
    pages: counts.length === 0 ? undefined : Math.max(...counts),
  });
  const catalog = objects.findLast(({ content }) => /\/Type\s*\/Catalog\b/.test(content));
  if (catalog !== undefined) yield whole(`trailer\n<</Root ${catalog.id} 0 R>>\n`);
  const pages = objects.filter(({ content }) => /\/Type\s*\/Page\b/.test(content));
  if (pages.length === 0) return;
  const kids = [...new Set(pages.map(({ id }) => `${id} 0 R`))];
  const free = objects.reduce((most, { id }) => Math.max(most, id), 0) + 1;
  const list = `${free} 0 obj\n<</Type/Pages/Count ${kids.length}/Kids[${kids.join(" ")}]>>\nendobj\n`;
  const root = `${free + 1} 0 obj\n<</Type/Catalog/Pages ${free} 0 R>>\nendobj\n`;
  yield whole(`${list}${root}trailer\n<</Root ${free + 1} 0 R>>\n`);
}

interface PdfObject {
  id: number;
  /** Its beginning, which tells what it is; of a packed object all of it. */
  content: string;
  /** Where it begins in the file. */
  start: number;
}

/** What tells of an object stands at its beginning, but a page may name much before. */
const longestBeginning = 2_000;

function* objectsIn(text: string): Generator<PdfObject> {
  for (const match of text.matchAll(/\b(\d{1,8})\s{1,3}\d{1,5}\s{1,3}obj\b/g)) {
    const start = match.index + match[0].length;
    const beginning = text.slice(start, start + longestBeginning);
    yield { id: Number(match[1]), content: beginning.split(/\bendobj\b|\bstream\r?\n/, 1)[0] ?? "", start };
  }
}

/** Bytes that all packed objects may have together. */
const mostUnpacked = 64 * 1024 * 1024;

function packedObjects(file: Buffer, text: string): Omit<PdfObject, "start">[] {
  const found: Omit<PdfObject, "start">[] = [];
  let left = mostUnpacked;
  for (const { content, start } of objectsIn(text)) {
    if (!/\/Type\s*\/ObjStm\b/.test(content)) continue;
    const begin = /stream\r?\n/.exec(text.slice(start + content.length, start + content.length + 20));
    const unpacked = begin === null ? "" : inflated(file.subarray(start + content.length + begin[0].length), left);
    left -= unpacked.length;
    found.push(...listed(unpacked, { first: numberIn(content, "First"), count: numberIn(content, "N") }));
  }
  return found;
}

function numberIn(dictionary: string, name: string): number {
  return Number(new RegExp(`/${name}\\s+(\\d{1,8})`).exec(dictionary)?.[1] ?? 0);
}

/** What can be unpacked of what is whole or cut; "" for nothing. */
function inflated(data: Buffer, most: number): string {
  try {
    return inflateSync(data, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: Math.max(most, 1) }).toString("latin1");
  } catch {
    return "";
  }
}

/** The objects of a stream, which begins with the number of each and where it stands behind `first`. */
function listed(unpacked: string, { first, count }: { first: number; count: number }): Omit<PdfObject, "start">[] {
  const numbers = (unpacked.slice(0, first).match(/\d+/g) ?? []).slice(0, count * 2).map(Number);
  return numbers.flatMap((id, i) => {
    if (i % 2 === 1) return [];
    const content = unpacked.slice(first + (numbers[i + 1] ?? 0), first + (numbers[i + 3] ?? unpacked.length));
    return content.trim() === "" ? [] : [{ id, content }];
  });
}
