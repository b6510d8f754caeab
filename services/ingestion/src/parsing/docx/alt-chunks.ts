import type JSZip from "jszip";
import { decodeText } from "../decode-text.ts";
import { elementsOf } from "./xml.ts";

/** Around the id of a part; no text has these. */
const ends = ["\ue0f2", "\ue0f3"] as const;
const place = new RegExp(`<p>${ends[0]}([^${ends[1]}]{1,100})${ends[1]}</p>`, "gu");

/** A paragraph that stands where a document takes in another, in Word's XML. */
export function chunkPlace(id: string): string {
  return `<w:p><w:r><w:t>${ends[0]}${id}${ends[1]}</w:t></w:r></w:p>`;
}

/** HTML that a Word document takes in by the ids of its parts; programs that make documents of web pages give nothing else. */
export async function chunksIn(zip: JSZip): Promise<ReadonlyMap<string, string>> {
  const chunks = new Map<string, string>();
  const relations = (await zip.file("word/_rels/document.xml.rels")?.async("string")) ?? "";
  for (const relation of elementsOf(relations, "Relationship")) {
    if (relation.getAttribute("Type")?.endsWith("/aFChunk") !== true || chunks.size >= mostChunks) continue;
    const target = relation.getAttribute("Target") ?? "";
    const file = zip.file(target.startsWith("/") ? target.slice(1) : `word/${target}`);
    if (file !== null && /\.(?:x?html?|mht(?:ml)?)$/i.test(target))
      chunks.set(relation.getAttribute("Id") ?? "", htmlIn(await file.async("uint8array")));
  }
  return chunks;
}

const mostChunks = 1_000;

/** A document's HTML with that of its chunks where they stand. */
export function withChunks(html: string, chunks: ReadonlyMap<string, string>): string {
  return html.replaceAll(place, (_, id: string) => chunks.get(id) ?? "");
}

function htmlIn(bytes: Uint8Array): string {
  const text = decodeText(bytes, { markup: true });
  const html = /^\s*MIME-Version:/i.test(text) ? webArchiveHtml(text) : text;
  return /<body\b[^>]*>(.*?)(?:<\/body>|$)/is.exec(html)?.[1] ?? html;
}

/** The first part of a web archive that is HTML. */
function webArchiveHtml(text: string): string {
  const boundary = /boundary="?([^";\r\n]{1,200})/i.exec(text)?.[1] ?? "";
  for (const part of boundary === "" ? [text] : text.split(`--${boundary}`)) {
    const [, head = "", body = ""] = /^\s*(.*?)\r?\n\r?\n(.*)$/s.exec(part) ?? [];
    if (!/Content-Type:\s*text\/html/i.test(head)) continue;
    if (/Transfer-Encoding:\s*base64/i.test(head)) return decodeText(Buffer.from(body, "base64"), { markup: true });
    return /Transfer-Encoding:\s*quoted-printable/i.test(head)
      ? decodeText(unquoted(body), { contentType: head, markup: true })
      : body;
  }
  return "";
}

function unquoted(text: string): Buffer {
  const pieces = text.replaceAll(/=[ \t]*\r?\n/g, "").split(/((?:=[\da-f]{2})+)/i);
  return Buffer.concat(
    pieces.map((piece, i) => (i % 2 === 0 ? Buffer.from(piece) : Buffer.from(piece.replaceAll("=", ""), "hex"))),
  );
}
