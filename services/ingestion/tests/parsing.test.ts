import { execFileSync } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { createParser } from "../src/parsing/parser.ts";
import type { ReadingOptions } from "../src/parsing/parse-request.ts";
import { makeDocx, makePdf, makeZip } from "./documents.ts";

const parser = createParser();
afterAll(() => parser.close());

const plain: ReadingOptions = { extractMainContent: true, includeOnlyTags: "", excludeTags: "" };
function parse(content: Uint8Array | string, contentType: string, options: Partial<ReadingOptions> = {}) {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return parser.parse({ bytes, contentType, url: "https://example.com/", options: { ...plain, ...options } });
}
const html = (body: string, options?: Partial<ReadingOptions>, head = "") =>
  parse(`<!doctype html><html><head>${head}</head><body>${body}</body></html>`, "text/html", options);
const paragraph = (word: string) => `<p>${`The ${word} is told of in this sentence, with commas, and at length. `.repeat(6)}</p>`;

describe("HTML", { timeout: 60_000 }, () => {
  it("becomes text with its headings, lists, tables and code, and nothing else of its marks", async () => {
    const main = `<h2>Kinds</h2><p>Use <b>bold_text</b> &amp; <a href="/x">a link</a>.<img src="x" alt="y"></p>
      <ol><li>One<li>Two<ul><li>Inner</ul></ol><table><tr><th>Kind<th>Price<tr><td>Mug<td>4 €</table><pre><code>let a;\n  b</code></pre>`;
    expect(await html(main, { extractMainContent: false }, "<title>All kinds</title>")).toEqual({
      title: "All kinds",
      text: "# All kinds\n\n## Kinds\n\nUse bold_text & a link.\n\n1. One\n2. Two\n  - Inner\n\n| Kind | Price |\n| Mug | 4 € |\n\n```\nlet a;\n  b\n```",
    });
  });

  it("keeps the main part alone, or all when that is wanted", async () => {
    const body = `<header>Top bar</header><nav>Menu entry</nav><article>${paragraph("mug")}${paragraph("bowl")}</article><aside>Advert</aside><footer>Imprint</footer>`;
    const main = await html(body);
    expect(main).toMatchObject({ text: expect.stringContaining("The bowl") });
    for (const word of ["Top bar", "Menu entry", "Advert", "Imprint"]) {
      expect(main).not.toMatchObject({ text: expect.stringContaining(word) });
      expect(await html(body, { extractMainContent: false })).toMatchObject({ text: expect.stringContaining(word) });
    }
  });

  it("loses nothing of a page without prose", async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `<tr><td>Part ${i}<td>${i} euros</tr>`).join("");
    expect(await html(`<nav>Menu</nav><table>${rows}</table>`)).toMatchObject({
      text: expect.stringMatching(/\| Part 0 .*\| Part 29 /s),
    });
  });

  it("takes included elements once each, then leaves the excluded out", async () => {
    const body = `<div class="a">A<p class="a">inner</p><i class="x">X</i></div><div class="b">B</div><div>C</div>`;
    expect(await html(body, { includeOnlyTags: ".a, .b", excludeTags: ".x" })).toMatchObject({ text: "A\n\ninner\n\nB" });
  });

  it.each([
    ["the header", Buffer.from("3c703e636166e9", "hex"), "text/html; charset=ISO-8859-1", "café"],
    ["a meta element", Buffer.from('<meta charset="windows-1251"><p>\xcf\xf0\xe8\xe2\xe5\xf2', "latin1"), "text/html", "Привет"],
    [
      "a byte order mark",
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("<p>你好", "utf16le")]),
      "text/html; charset=utf-8",
      "你好",
    ],
    ["the bytes", Buffer.from("<p>naïve ✓"), "text/html; charset=nonsense", "naïve ✓"],
    ["the bytes rather than habit", Buffer.from("<p>naïve ✓"), "text/html; charset=iso-8859-1", "naïve ✓"],
    [
      "a meta element far down",
      Buffer.from(`${"<!-- - -->".repeat(1_000)}<meta charset=koi8-r><p>\xf0\xf2`, "latin1"),
      "text/html",
      "ПР",
    ],
    [
      "the bytes rather than a wrong name",
      Buffer.from("<meta charset=windows-1251><p>Магазин открыт"),
      "text/html",
      "Магазин открыт",
    ],
    [
      "statistics rather than a wrong name",
      Buffer.concat([Buffer.from("<meta charset=utf-8>"), windows1251()]),
      "text/html; charset=utf-8",
      "обычный русский",
    ],
    [
      "its own name, though some of it is damaged",
      Buffer.concat([Buffer.from("<p>ciężko ✓ "), Buffer.from("ff", "hex")]),
      "text/html; charset=utf-8",
      "ciężko ✓",
    ],
    [
      "its own name, though its bytes are valid UTF-8 by chance",
      Buffer.from("3c703ec1aacda8", "hex"),
      "text/html; charset=gb2312",
      "联通",
    ],
    ["a name of a charset that shifts", Buffer.from("3c703e1b2442467c4b5c1b2842", "hex"), "text/html; charset=iso-2022-jp", "日本"],
    ["its first character", Buffer.from("<p>naïve ✓", "utf16le"), "text/html", "naïve ✓"],
    ["their statistics", windows1251(), "text/html", "обычный русский"],
  ])("is read in the charset that %s names", async (_, bytes, type, expected) => {
    expect(await parse(bytes, type, { extractMainContent: false })).toMatchObject({ text: expect.stringContaining(expected) });
  });

  it("of hostile shape ends, and the next page is read", async () => {
    const deep = `${"<div>".repeat(5_000)}deep${"</div>".repeat(5_000)}`;
    expect(await html(deep)).toEqual({ failure: "The page is nested too deeply to be read" });
    expect(await html(`<p>${"x".repeat(5_000_000)}</p>`, { extractMainContent: false })).toHaveProperty("text");
    expect(await html("<p>Still here.</p>")).toMatchObject({ text: "Still here." });
  });
});

/** A Russian text as old sites send it, with nothing that names its charset. */
function windows1251(): Buffer {
  const text = `<p>${"Привет, это обычный русский текст. ".repeat(5)}`;
  return Buffer.from(
    Array.from(text, (letter) => (letter >= "А" && letter <= "я" ? letter.charCodeAt(0) - 0x410 + 0xc0 : letter.charCodeAt(0))),
  );
}

describe("PDF", { timeout: 90_000 }, () => {
  it("gives its lines, words divided at a line's end as one, and paragraphs apart", async () => {
    const pdf = makePdf([["The first para-", "graph goes on.", "", "The second one."], ["Next page."]]);
    expect(await parse(pdf, "application/octet-stream")).toEqual({
      title: "",
      text: "The first paragraph goes on.\n\nThe second one.\n\nNext page.",
    });
  });

  it("of 2,000 pages is read, one of more is not", async () => {
    const page = (number: number) => Array.from({ length: 30 }, (_, i) => `Line ${i} of page ${number} tells of something.`);
    const pages = Array.from({ length: 2_001 }, (_, i) => page(i + 1));
    expect(await parse(makePdf(pages.slice(1)), "application/pdf")).toMatchObject({
      text: expect.stringContaining("Line 29 of page 2001 tells"),
    });
    expect(await parse(makePdf(pages), "application/pdf")).toEqual({ failure: "The PDF has more than 2,000 pages" });
  });

  it("without text, or cut off, says so", async () => {
    expect(await parse(makePdf([[]]), "application/pdf")).toEqual({
      failure: "There is no text in the PDF; scanned pages cannot be read",
    });
    expect(await parse(makePdf([]), "application/pdf")).toEqual({ failure: "The PDF has no pages" });
    expect(await parse("%PDF-1.7 nothing", "application/pdf")).toEqual({ failure: "The PDF is damaged and cannot be read" });
  });
});

describe("Word documents", { timeout: 90_000 }, () => {
  const run = (text: string) => `<w:r><w:t>${text}</w:t></w:r>`;
  it("give their headings and tables", async () => {
    const heading = `<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>${run("Returns")}</w:p>`;
    const cell = (text: string) => `<w:tc><w:p>${run(text)}</w:p></w:tc>`;
    const table = `<w:tbl><w:tr>${cell("Mug")}${cell("4 euros")}</w:tr></w:tbl>`;
    expect(await parse(makeDocx(`${heading}<w:p>${run("Send it back.")}</w:p>${table}`), "")).toEqual({
      title: "Returns",
      text: "# Returns\n\nSend it back.\n\n| Mug | 4 euros |",
    });
  });

  it("with external entities or endless ones read nothing and end", async () => {
    const lol = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join("");
    const xml = `<!DOCTYPE d [<!ENTITY l0 "lol">${lol}<!ENTITY x SYSTEM "file:///etc/hostname">]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&l9;&x;</w:t></w:r></w:p></w:body></w:document>`;
    const bytes = makeZip({ "word/document.xml": xml });
    const answer = await parse(bytes, "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    expect(JSON.stringify(answer).length).toBeLessThan(1_000);
  });

  it("of 10,000 files are read, those of more are not, whatever number they state", async () => {
    const more = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`word/media/${i}.txt`, ""]));
    const text = `<w:p>${run("Boats are blue.")}</w:p>`;
    const own = 3;
    expect(await parse(makeDocx(text, [], more(10_000 - own)), "")).toMatchObject({ text: "Boats are blue." });
    const crowd = makeDocx(text, [], more(10_001 - own));
    const failure = "The Word document consists of more than 10,000 files";
    expect(await parse(crowd, "")).toEqual({ failure });
    for (const place of [crowd.length - 14, crowd.length - 12]) crowd.writeUInt16LE(own, place);
    expect(await parse(crowd, "")).toEqual({ failure });
  });

  it("of 60,000 paragraphs are read, in a text and in a table", async () => {
    const said = (i: number) => `Boat ${i} lies at berth ${i}, beside the old mill.`;
    const paragraph = (i: number, style = "") =>
      `<w:p><w:pPr><w:pStyle w:val="${style}"/></w:pPr>${run(`Boat ${i} `)}${run(said(i).slice(`Boat ${i} `.length))}</w:p>`;
    const [numbers, rows] = [30_000, 15_000].map((count) => Array.from({ length: count }, (_, i) => i));
    const isHeading = (i: number) => i % 50 === 0;
    const text = numbers?.map((i) => paragraph(i, i === 0 ? "Title" : isHeading(i) ? "Heading1" : ""));
    const table = rows?.map((i) => `<w:tr><w:tc>${paragraph(i)}</w:tc><w:tc>${paragraph(i + 1)}</w:tc></w:tr>`);
    const bytes = makeDocx(`${text?.join("")}<w:tbl>${table?.join("")}</w:tbl>`, ["Title", "Heading 1"]);
    const read = await parse(bytes, "");
    if ("failure" in read) throw new Error(read.failure);
    const paragraphs = numbers?.map((i) => `${i === 0 ? "# " : isHeading(i) ? "## " : ""}${said(i)}`);
    const expected = `${paragraphs?.join("\n\n")}\n\n${rows?.map((i) => `| ${said(i)} | ${said(i + 1)} |`).join("\n")}`;
    expect(read.text === expected).toBe(true);
  });

  it("are read whatever their programs call their parts", async () => {
    const named = (rename: (name: string) => string) => {
      return makeZip({
        [rename("[Content_Types].xml")]:
          `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/${main(rename)}" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
        [rename("_rels/.rels")]:
          `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="${main(rename)}"/></Relationships>`,
        [rename("word/document.xml")]:
          `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p>${run("Boats are blue.")}</w:p></w:body></w:document>`,
      });
    };
    const main = (rename: (name: string) => string) => rename("word/document.xml").replaceAll("\\", "/");
    for (const rename of [
      (name: string) => name.replaceAll("/", "\\"),
      (name: string) => name.replace("document.xml", "document2.xml"),
    ])
      expect(await parse(named(rename), "application/octet-stream")).toMatchObject({ text: "Boats are blue." });
  });

  it("that unpack to far more than they are end alone", async () => {
    const bomb = makeZip({ "word/document.xml": Buffer.alloc(400 * 1024 * 1024, "<a>") });
    expect(await parse(bomb, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")).toHaveProperty("failure");
    expect(await parse("Still here.", "text/plain")).toMatchObject({ text: "Still here." });
  });
});

describe("a child that reads", { timeout: 60_000 }, () => {
  it("is killed when a document takes too long, and another takes its place", async () => {
    const hasty = createParser({ timeoutMs: 1 });
    const request = { bytes: Buffer.from(`<p>${"word ".repeat(500_000)}`), contentType: "text/html", url: "", options: plain };
    expect(await hasty.parse(request)).toEqual({ failure: "Reading the document took too long; divide it into smaller ones" });
    hasty.close();
    expect(await parse("Next.", "text/plain")).toMatchObject({ text: "Next." });
  });

  it("is killed when a document takes too much memory", async () => {
    const poor = createParser({ maxBytes: 20 * 1024 * 1024 });
    const request = { bytes: Buffer.from(`<p>${"word ".repeat(2_000_000)}`), contentType: "text/html", url: "", options: plain };
    expect(await poor.parse(request)).toEqual({
      failure: "The document is too large or too complex to be read; divide it into smaller ones",
    });
    poor.close();
  });

  it.runIf(process.platform === "linux")("costs no later document anything when it ended before it", async () => {
    const own = createParser();
    const request = { bytes: Buffer.from("<p>Boats."), contentType: "text/html", url: "", options: plain };
    const children = () =>
      execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)], { encoding: "utf8" }).split("\n");
    const before = new Set(children());
    expect(await own.parse(request)).toMatchObject({ text: "Boats." });
    const made = children().filter((line) => line.includes("parser-child") && !before.has(line));
    expect(made).toHaveLength(1);
    // At once, and once more when that is noticed.
    for (const line of made) process.kill(Number.parseInt(line, 10), "SIGKILL");
    expect(await own.parse(request)).toMatchObject({ text: "Boats." });
    expect(await own.parse(request)).toMatchObject({ text: "Boats." });
    own.close();
  });

  it("goes on after a PDF whose objects end in each other", async () => {
    const objects = [
      "%PDF-1.3\n%\u0093\u008c\u008b\u009e Rej\n3 0 obj\n<<\n/Contents 18 0 R /MedResoepe /Page\n>>\nendobj\n13 0 obj\n<<\n/Ct 1 0 R /ProcSet [ /PDF /Text /Ima",
      "15 0 obj\n<<\ne /Pages 17 0 R /dobj\n17 0 obj\n<<\n/Count 12 /Kids [ 3 0 R 4\n  13 0 R 14 0 R ] /Type /Pages",
      ">>\nendobj\n18 0 obj\n<<\n/Filter [ /ASCII85Decode /FlateDecode ] /Length 232\n>>\nstream\nGaro;]afWZ&;8R!:97E;V,gL>endstream",
      "endobj\npe /Page\n>>\nendobj\n14 0 obj\n<<\n/Connt -- digest (opensource)\n\n/Info 16 0 R\n/Root 15 0 R",
      "/Size 30\n>>\ns",
    ];
    expect(await parse(objects.join("\n"), "application/pdf")).toEqual({ failure: "The PDF is damaged and cannot be read" });
  });

  it("ends when nobody wants its document any more", async () => {
    const controller = new AbortController();
    const request = { bytes: Buffer.from(`<p>${"word ".repeat(2_000_000)}`), contentType: "text/html", url: "", options: plain };
    const answer = parser.parse(request, { signal: controller.signal });
    controller.abort(new Error("cancelled"));
    await expect(answer).rejects.toThrow("cancelled");
  });

  it("is not waited for by a document that nobody wants any more", async () => {
    const busy = createParser({ children: 1 });
    const long = { bytes: Buffer.from(`<p>${"word ".repeat(2_000_000)}`), contentType: "text/html", url: "", options: plain };
    let isRead = false;
    const first = busy.parse(long).then(() => (isRead = true));
    const controller = new AbortController();
    const second = busy.parse(long, { signal: controller.signal });
    controller.abort(new Error("cancelled"));
    await expect(second).rejects.toThrow("cancelled");
    await new Promise((resolve) => setImmediate(resolve));
    expect(isRead).toBe(false);
    busy.close();
    await first;
  });

  it.each([
    ["an image", "89504e470d0a1a0a", "image/png", "Documents of this kind cannot be read (image/png)"],
    ["nothing", "", "text/html", "The document is empty"],
    [
      "bytes of no known kind",
      "00010203",
      "application/octet-stream",
      "Documents of this kind cannot be read (application/octet-stream)",
    ],
    ["blanks", "200a", "text/plain", "There is no text in it"],
  ])("says why %s cannot be read", async (_, hex, type, failure) => {
    expect(await parse(Buffer.from(hex, "hex"), type)).toEqual({ failure });
  });
});
