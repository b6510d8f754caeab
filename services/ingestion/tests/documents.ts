import { crc32, deflateRawSync } from "node:zlib";

interface PdfFont {
  /** What the bytes of the strings stand for, where that is not ASCII. */
  glyphs?: Readonly<Record<number, string>>;
  /** Name of a table of characters that readers know, and the collection of characters that it is of. */
  table?: { name: string; ordering: string };
  /** Of every page, each as a dictionary. */
  annotations?: readonly string[];
  /** Whether each layer is switched on. */
  layers?: readonly boolean[];
}

/** What stands between a line's text and the number of the layer that it is in. */
export const inLayer = "@layer";

/** A PDF with a line of text for each string, a page for each list, and a title if one is given. */
export function makePdf(pages: readonly (readonly string[])[], title?: string, font: PdfFont = {}): Buffer {
  const objects = ["", "", ...fontObjects(font)];
  const layers = (font.layers ?? []).map((_, i) => objects.push(`<</Type/OCG/Name(${i})>>`)).map((id) => `${id} 0 R`);
  const off = layers.filter((_, i) => font.layers?.[i] === false).join(" ");
  objects[0] = `<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[${layers.join(" ")}]/D<</OFF[${off}]>>>>>>`;
  const properties = layers.map((id, i) => `/L${i} ${id}`).join("");
  const kids: string[] = [];
  for (const lines of pages) {
    const stream = `BT /F1 12 Tf 14 TL 72 720 Td ${lines.map(shownLine).join(" ")} ET`;
    objects.push(`<</Length ${stream.length}>>stream\n${stream}\nendstream`);
    const content = objects.length;
    const annotations = (font.annotations ?? []).join("");
    objects.push(
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents ${content} 0 R/Annots[${annotations}]/Resources<</Font<</F1 3 0 R>>/Properties<<${properties}>>>>>>`,
    );
    kids.push(`${objects.length} 0 R`);
  }
  if (title !== undefined) objects.push(`<</Title(${title})>>`);
  const info = title === undefined ? "" : `/Info ${objects.length} 0 R`;
  objects[1] = `<</Type/Pages/Count ${kids.length}/Kids[${kids.join(" ")}]>>`;
  return pdfOf(objects, info);
}

/** A PDF of objects, of which the first is its catalog, and entries of its trailer. */
export function pdfOf(objects: readonly string[], trailer = ""): Buffer {
  let body = "%PDF-1.4\n";
  const offsets: number[] = [];
  for (const [i, object] of objects.entries()) {
    offsets.push(body.length);
    body += `${i + 1} 0 obj${object}endobj\n`;
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const start = body.length;
  body += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}`;
  return Buffer.from(`${body}trailer<</Size ${objects.length + 1}/Root 1 0 R${trailer}>>\nstartxref\n${start}\n%%EOF`, "latin1");
}

function shownLine(line: string): string {
  const [text = "", layer] = line.split(inLayer);
  const shown = text === "" ? "0 -28 Td" : `(${text}) Tj T*`;
  return layer === undefined ? shown : `/OC /L${layer} BDC ${shown} EMC`;
}

function fontObjects({ glyphs, table }: PdfFont): string[] {
  if (table !== undefined) {
    const system = `/CIDSystemInfo<</Registry(Adobe)/Ordering(${table.ordering})/Supplement 2>>`;
    const descendant = `<</Type/Font/Subtype/CIDFontType0/BaseFont/Named${system}/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/Named/Flags 4>>>>`;
    return [`<</Type/Font/Subtype/Type0/BaseFont/Named/Encoding/${table.name}/DescendantFonts[${descendant}]>>`];
  }
  if (glyphs === undefined) return ["<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"];
  const lines = Object.entries(glyphs).map(
    ([byte, text]) => `<${hex([Number(byte)])}> <${hex(Buffer.from(text, "utf16le").swap16())}>`,
  );
  const map = `begincmap 1 begincodespacerange <00> <ff> endcodespacerange ${lines.length} beginbfchar ${lines.join(" ")} endbfchar endcmap`;
  return ["<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 4 0 R>>", `<</Length ${map.length}>>stream\n${map}\nendstream`];
}

function hex(bytes: Iterable<number>): string {
  return Buffer.from([...bytes]).toString("hex");
}

/** A Word document of what stands in its body, in Word's XML, with styles of these names, whose ids lack the blanks, and more parts. */
export function makeDocx(body: string, styleNames: readonly string[] = [], more: Readonly<Record<string, string>> = {}): Buffer {
  const namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
  const relations = "http://schemas.openxmlformats.org";
  return makeZip({
    "[Content_Types].xml": `<Types xmlns="${relations}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    "_rels/.rels": `<Relationships xmlns="${relations}/package/2006/relationships"><Relationship Id="r1" Type="${relations}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    ...(styleNames.length > 0 && {
      "word/_rels/document.xml.rels": `<Relationships xmlns="${relations}/package/2006/relationships"><Relationship Id="s1" Type="${relations}/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`,
      "word/styles.xml": `<w:styles ${namespace}>${styleNames.map((name) => `<w:style w:type="paragraph" w:styleId="${name.replaceAll(" ", "")}"><w:name w:val="${name}"/></w:style>`).join("")}</w:styles>`,
    }),
    "word/document.xml": `<w:document ${namespace}><w:body>${body}</w:body></w:document>`,
    ...more,
  });
}

/** A ZIP of texts, deflated. A size that is given is what the ZIP claims, whatever it holds. */
export function makeZip(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const raw = Buffer.from(content);
    const packed = deflateRawSync(raw);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(8, 8);
    head.writeUInt32LE(crc32(raw), 14);
    head.writeUInt32LE(packed.length, 18);
    head.writeUInt32LE(raw.length, 22);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    head.copy(entry, 6, 4, 28);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    const parts = [head, Buffer.from(name), packed];
    local.push(...parts);
    directory.push(entry, Buffer.from(name));
    offset += parts.reduce((sum, part) => sum + part.length, 0);
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, list, end]);
}
