import { utf16Order } from "./decode-text.ts";

export type DocumentKind = "html" | "pdf" | "docx" | "xml" | "json" | "text";

const byType: Readonly<Record<string, DocumentKind>> = {
  "text/html": "html",
  "application/xhtml+xml": "html",
  "application/pdf": "pdf",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "application/xml": "xml",
  "text/xml": "xml",
  "application/json": "json",
  "text/json": "json",
  "application/x-ndjson": "json",
  "application/jsonl": "json",
  "text/plain": "text",
  "application/csv": "text",
  "application/yaml": "text",
  "application/x-yaml": "text",
};
/** What a type says by its end alone, such as `application/rss+xml`; images are drawn, whatever they are written in. */
const bySuffix: readonly (readonly [suffix: string, kind: DocumentKind])[] = [
  ["+xml", "xml"],
  ["+json", "json"],
];
/** Servers say this of what they know nothing about. */
const unknownTypes = new Set([
  "",
  "application/octet-stream",
  "binary/octet-stream",
  "application/zip",
  "application/x-download",
  "application/force-download",
  // Of tables in text, too, and in HTML.
  "application/vnd.ms-excel",
]);
/** Of programs and styles. All others of their kind are for people, such as Markdown, tables, calendars and subtitles. */
const textForMachines = new Set(["text/css", "text/javascript", "text/ecmascript", "text/jscript", "text/xsl"]);

/** What a type says that a document is; undefined for what cannot be read, or nothing said. */
export function kindNamed(type: string): DocumentKind | undefined {
  const suffix = type.startsWith("image/") ? undefined : bySuffix.find(([end]) => type.endsWith(end));
  return byType[type] ?? suffix?.[1] ?? (type.startsWith("text/") && !textForMachines.has(type) ? "text" : undefined);
}

/** What a document is: by its first bytes where they tell, for types lie, else by the type named. undefined for what cannot be read. */
export function documentKind(bytes: Uint8Array, contentType: string): DocumentKind | undefined {
  const beginning = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4_096)).toString("latin1");
  const named = mediaType(contentType);
  const type = named.includes("/") ? named : "";
  if (isPdf(bytes, type)) return "pdf";
  const isReadable = kindNamed(type) !== undefined || unknownTypes.has(type);
  if (isReadable && beginsWith(beginning, /^<(?:!doctype html|html|head|body)\b/i)) return "html";
  if (isReadable && beginsWith(beginning, /^<(?:rss|feed|rdf:rdf)\b[^>]*\b(?:xmlns|version)\b/i)) return "xml";
  if (beginning.startsWith("PK\u0003\u0004")) return isWordFile(bytes, byType[type] === "docx") ? "docx" : undefined;
  const kind = kindNamed(type);
  const isWide = utf16Order(bytes) !== undefined;
  if (kind === "pdf" || kind === "docx" || isRichText(beginning)) return undefined;
  if (isBinary(beginning) && !isWide && !/utf-16/i.test(contentType)) return undefined;
  if (kind === "html" || kind === "xml") return /<\0?[a-z!/?]/i.test(beginning) ? kind : "text";
  if (kind !== undefined || !unknownTypes.has(type)) return kind;
  if (beginsWith(beginning, /^<\?xml\b/)) return "xml";
  return (beginning.includes("\0") && !isWide) || beginning === "" ? undefined : "text";
}

/** Programs may have written messages of theirs before it, and its first line may be lost; what is named otherwise must begin as one. */
function isPdf(bytes: Uint8Array, type: string): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const beginning = file.toString("latin1", 0, 64 * 1024);
  if (beginning.slice(0, 1_024).includes("%PDF-")) return true;
  if (byType[type] !== "pdf" && !unknownTypes.has(type)) return false;
  return /(?:^|\s)\d{1,8} \d{1,5} obj\b/.test(beginning) && file.includes("endobj");
}

/** Share of control characters that no text has; of bytes at random it is a tenth. In UTF-16, every second byte may be zero. */
const mostControls = 0.03;

function isBinary(beginning: string): boolean {
  // eslint-disable-next-line no-control-regex
  const controls = beginning.match(/[\u0001-\u0008\u000e-\u001a\u001c-\u001f]/g)?.length ?? 0;
  return controls > beginning.length * mostControls && !/^(?:\u00ff\u00fe|\u00fe\u00ff|\0?<\0?[a-z!])/i.test(beginning);
}

/** Of word processors of old: text by its type, of which its marks are the most. */
export function isRichText(beginning: string): boolean {
  return beginning.startsWith("{\\rtf");
}

/** Whether this is the first element of a document, behind what XML and HTML may begin with; or the declaration of XML itself. */
function beginsWith(beginning: string, form: RegExp): boolean {
  const text = beginning.replace(/^\u00ef\u00bb\u00bf/, "").trimStart();
  return form.test(text) || form.test(text.replace(declarations, ""));
}

const declarations = /^(?:<\?[^>]{0,500}>\s*)*(?:<!--[\s\S]{0,1000}?-->\s*)?(?:<\?[^>]{0,500}>\s*)*/;

/** A type without its parameters, in lower case; the first, where a server names several. */
export function mediaType(contentType: string): string {
  return (contentType.split(/[;,]/)[0] ?? "").trim().toLowerCase();
}

/** Every ZIP begins alike; one that holds a Word document names its main part in the directory at its end. */
function isWordFile(bytes: Uint8Array, named: boolean): boolean {
  return (
    named || /word[\\/]document\d*\.xml/.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"))
  );
}
