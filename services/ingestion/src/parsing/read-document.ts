import { decodeText } from "./decode-text.ts";
import { documentKind, isRichText, kindNamed, mediaType } from "./document-kind.ts";
import { withTableHeads } from "./table-heads.ts";
import { UnreadableError, type Parsed, type ParseRequest } from "./parse-request.ts";

/** Reads a document of any kind that can be read. @throws UnreadableError */
export async function readDocument(request: ParseRequest): Promise<Parsed> {
  const read = await readByKind(request);
  return { ...read, text: withTableHeads(read.text) };
}

/** Each reader is loaded when it is first wanted. */
async function readByKind(request: ParseRequest): Promise<Parsed> {
  const { bytes, contentType } = request;
  if (bytes.byteLength === 0) throw new UnreadableError("The document is empty");
  const kind = documentKind(bytes, contentType);
  switch (kind) {
    case "html":
      return (await import("./html/read-html.ts")).readHtml(request);
    case "pdf":
      return (await import("./pdf/read-pdf.ts")).readPdf(bytes);
    case "docx":
      return (await import("./docx/read-docx.ts")).readDocx(bytes);
    case "xml":
      return (await import("./xml/read-xml.ts")).readXml(request);
    case "json":
      return (await import("./read-json.ts")).readJson(request);
    case "text":
      return readText(decodeText(bytes, { contentType }), isRows(request));
    case undefined:
      break;
  }
  throw new UnreadableError(whyNot(bytes, mediaType(contentType)));
}

const rowTypes = new Set(["text/csv", "application/csv", "text/x-csv", "text/comma-separated-values", "text/tab-separated-values"]);

/** Servers that do not know files of rows call them plain text, or name the program that opens them. */
function isRows({ contentType, url }: ParseRequest): boolean {
  return rowTypes.has(mediaType(contentType)) || /^[^?#]*\.(?:csv|tsv)(?:[?#]|$)/i.test(url);
}

function whyNot(bytes: Uint8Array, type: string): string {
  if (Buffer.from(bytes.subarray(0, 8)).equals(officeFile))
    return "Office files of the old kind (.doc, .xls, .ppt) and those with a password cannot be read; save it as .docx or PDF";
  if (isRichText(Buffer.from(bytes.subarray(0, 8)).toString("latin1"))) return "RTF files cannot be read; save it as .docx or PDF";
  const beginning = Buffer.from(bytes.subarray(0, 4)).toString("latin1");
  const office = beginning === "PK\u0003\u0004" ? officeZips.find(([mark]) => Buffer.from(bytes).includes(mark)) : undefined;
  if (office !== undefined) return office[1];
  const claimed = type === "application/pdf" ? "PDF" : type.includes("wordprocessingml") ? "Word document" : undefined;
  if (claimed !== undefined) return `The site calls this a ${claimed}, but it is none`;
  if (type.includes("/") && kindNamed(type) !== undefined) return `The site calls this text (${type.slice(0, 80)}), but it is none`;
  return `Documents of this kind cannot be read (${type.slice(0, 80) || "unknown"})`;
}

/** What is found in ZIP files of other programs, whatever their servers call them. */
const officeZips = [
  ["xl/workbook.", "Spreadsheets (.xlsx) cannot be read; save it as .csv or PDF"],
  ["ppt/presentation.xml", "Presentations (.pptx) cannot be read; save it as PDF"],
  ["application/vnd.oasis.opendocument", "OpenDocument files (.odt, .ods, .odp) cannot be read; save it as .docx or PDF"],
  ["application/epub+zip", "Electronic books (.epub) cannot be read; save it as .docx or PDF"],
] as const;

/** How an Office file of before 2007 begins, and one of today that is encrypted. */
const officeFile = Buffer.from("d0cf11e0a1b11ae1", "hex");

async function readText(decoded: string, holdsRows: boolean): Promise<Parsed> {
  const text = decoded.replaceAll(lineBreak, "\n").replaceAll(unwritten, "");
  if (text.trim() === "") throw new UnreadableError("There is no text in it");
  const table = holdsRows ? (await import("./read-table.ts")).tableOf(text) : undefined;
  return { title: "", text: table ?? text };
}

/** Of all systems; some programs break lines and pages by characters of their own. */
const lineBreak = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
/** Characters that no text has; some programs end or fill lines with them. */
// eslint-disable-next-line no-control-regex
const unwritten = /[\u0000-\u0008\u000e-\u001f\ufeff]/g;
