import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readDocument } from "../src/parsing/read-document.ts";
import type { ReadingOptions } from "../src/parsing/parse-request.ts";
import { makeDocx } from "./documents.ts";

const plain: ReadingOptions = { extractMainContent: true, includeOnlyTags: "", excludeTags: "" };

async function textOf(content: string | Uint8Array, contentType = "text/html", options: Partial<ReadingOptions> = {}) {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return (await readDocument({ bytes, contentType, url: "https://example.com/", options: { ...plain, ...options } })).text;
}

const banner = `<div class="cookieBanner"><p>${"We use cookies to improve your experience, by clicking you agree. ".repeat(8)}</p></div>`;
const sidebar = `<div id="left-sidebar"><h3>Ten hikes nearby</h3><p>Walk up the hill.</p></div>`;

describe("the main part of a page", () => {
  it("is found beside a longer question about cookies", async () => {
    expect(await textOf(`<body>${banner}${sidebar}<div><p>The museum opens at ten.</p></div></body>`)).toBe(
      "The museum opens at ten.",
    );
  });

  it("may be a table alone", async () => {
    const table = "<table><tr><td>Monday<td>8:10<tr><td>Sunday<td>9:30</table>";
    expect(await textOf(`<body>${banner}<div>${table}</div></body>`)).toBe("| Monday | 8:10 |\n| Sunday | 9:30 |");
  });

  it("is kept when all of the page is named like what stands around", async () => {
    expect(await textOf(`<div class="cookies"><p>Our cookies hold a number and nothing else.</p></div>`)).toContain(
      "hold a number",
    );
    const layout = `<div class="has-sidebar"><h1>The mill</h1><p>It grinds rye.</p></div><div class="menu"><p>Soup of the day</p></div>`;
    expect(await textOf(layout)).toMatch(/It grinds rye[\s\S]*Soup of the day/);
  });

  it("is what the page itself calls so, and not a popup beside it", async () => {
    const popup = "<div><h2>Keyboard shortcuts</h2><p>Press S to search.</p></div>";
    const text = await textOf(
      `<body>${popup}<main><h2>Lints<a href="#lints">§</a></h2><p>Lints help to write documentation.</p></main></body>`,
    );
    expect(text).toBe("## Lints\n\nLints help to write documentation.");
    expect(await textOf(`<body><p>All the text of this page stands here.</p><main></main></body>`)).toContain("All the text");
  });

  it("holds what stands apart from the article, too", async () => {
    const prose = `<p>${"The lodge lies on the lake, and its guests like it for the silence. ".repeat(8)}</p>`;
    const prices = `<div><div>${Array.from({ length: 20 }, (_, i) => `<div><span>Room ${i}</span> <span>${i + 40} euros</span></div>`).join("")}</div></div>`;
    const text = await textOf(`<body><div id="one"><div>${prose}${prose}</div></div><div id="two">${prices}</div></body>`);
    expect(text).toContain("like it for the silence");
    expect(text).toMatch(/Room 7\s*47 euros/);
  });
});

describe("a page that leaves out what HTML lets it", () => {
  it.each([
    "<body><p>A</p></body>",
    "<title>T</title><body><p>A</p>",
    "<html><p>A</p></html>",
    "<html><head><title>T</title></head><!-- <body> --><p>A</p></html>",
    "<!doctype html>\n<body class=x><p>A",
    "<HTML><BODY>A",
    "<p>A",
    "A",
  ])("is read whole: %s", async (page) => {
    expect((await textOf(page)).replace("# T\n\n", "")).toBe("A");
  });
});

describe("marks of HTML", () => {
  const whole = { extractMainContent: false };
  it("that explain terms put a term and its meaning on one line", async () => {
    const list = "<dl><dt>Half board<dd>Breakfast and dinner.<dt>Where can I park?<dd>Behind the barn.<dd>For free.</dl>";
    expect(await textOf(list, "text/html", whole)).toBe(
      "- Half board: Breakfast and dinner.\n- Where can I park? Behind the barn.\n  For free.",
    );
  });

  it("that join cells repeat them in every row and column, so that a row is whole", async () => {
    const table = `<table><tr><th rowspan=2>Day<th colspan=2>Ferry<tr><th>Out<th>Back<tr><td>Monday<td>8:10<td>17:40</table>`;
    expect(await textOf(table, "text/html", whole)).toBe(
      "| Day | Ferry | Ferry |\n| Day | Out | Back |\n| Monday | 8:10 | 17:40 |",
    );
  });

  it("that join more cells than any table has do not grow it", async () => {
    const row = `<tr>${'<td rowspan="20" colspan="20">x'.repeat(50)}`;
    const text = await textOf(`<table>${row.repeat(100)}</table>`, "text/html", whole);
    expect(text.length).toBeLessThan(50_000);
  });

  it("that divide words, quote and refer to notes leave no trace", async () => {
    const page = `<blockquote>Quo&shy;ted&#8203;ly&nbsp;said<sup><a href="#n1">[1]</a></sup>.</blockquote><hr><p>ไทย&#8203;แลนด์</p>`;
    expect(await textOf(page, "text/html", whole)).toBe("Quotedly said.\n\nไทย\u200bแลนด์");
  });
});

describe("what a document is", () => {
  const html = "<!DOCTYPE html><html><head><title>T</title></head><body><p>The stairs have eighty steps.</p></body></html>";
  it.each(["text/plain", "application/pdf", "text/xml", ""])("is told by its beginning when it is HTML, named %j", async (type) => {
    expect(await textOf(html, type)).toBe("# T\n\nThe stairs have eighty steps.");
  });

  it("stays what its name says when it only speaks of HTML", async () => {
    expect(await textOf("Write <html> first.", "text/plain")).toBe("Write <html> first.");
    expect(await textOf("name,price\nSpoon,4", "text/plain")).toBe("name,price\nSpoon,4");
    expect(await textOf("Rye < wheat.\n\n4 > 3.", "text/html")).toBe("Rye < wheat.\n\n4 > 3.");
  });

  it("is told by its bytes when they are no text, or when its type is no type", async () => {
    const packed = gzipSync(Buffer.from(html.repeat(20)));
    for (const type of ["text/html", "text/plain"])
      await expect(textOf(packed, type)).rejects.toThrow(`The site calls this text (${type}), but it is none`);
    expect(await textOf(html, "html")).toContain("eighty steps");
  });

  it("may be XHTML, where an empty element ends where it begins", async () => {
    const page = `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>X</title></head><body><p>One.</p><script src="a"/><p>Two.</p></body></html>`;
    expect(await textOf(page, "application/octet-stream")).toBe("# X\n\nOne.\n\nTwo.");
  });

  it("is text when its type says that it is text of any kind, but no program", async () => {
    for (const type of ["text/calendar", "text/x-rst; charset=utf-8", "text/yaml", "text/vcard"])
      expect(await textOf("SUMMARY:Boats leave at nine", type)).toBe("SUMMARY:Boats leave at nine");
    expect(await textOf("name,price\nSpoon,4", "application/csv")).toBe("| name | price |\n| Spoon | 4 |");
    for (const type of ["text/css", "text/javascript"])
      await expect(textOf("a { b: c }", type)).rejects.toThrow(`Documents of this kind cannot be read (${type})`);
  });

  it.each([
    ["xl/workbook.xml", "Spreadsheets (.xlsx) cannot be read; save it as .csv or PDF"],
    ["ppt/presentation.xml", "Presentations (.pptx) cannot be read; save it as PDF"],
    [
      "mimetypeapplication/vnd.oasis.opendocument.text",
      "OpenDocument files (.odt, .ods, .odp) cannot be read; save it as .docx or PDF",
    ],
    ["mimetypeapplication/epub+zip", "Electronic books (.epub) cannot be read; save it as .docx or PDF"],
    ["notes.txt", "Documents of this kind cannot be read (application/octet-stream)"],
  ])("is named to the owner when it is packed and holds %s", async (name, failure) => {
    await expect(textOf(Buffer.from(`PK\u0003\u0004${name}`), "application/octet-stream")).rejects.toThrow(failure);
  });

  it("ends where its file ends, whatever it says", async () => {
    const ended = "<!doctype html><html><head><title>T</title></head><body><p>One.</p></body></html>";
    expect(await textOf(`${ended}\n<p>Two.</p>Three.`)).toBe("# T\n\nOne.\n\nTwo.\n\nThree.");
    expect(await textOf(ended.replace("</html>", "<p>Two.</p></html><!-- 3 --><script>four()</script>"))).toBe(
      "# T\n\nOne.\n\nTwo.",
    );
    expect(await textOf(ended + ended.replaceAll("One", "Two"))).toBe("# T\n\nOne.\n\nTwo.");
  });

  it("is read by the first of several types that its server names", async () => {
    expect(await textOf("<p>Boats.", "text/html, text/plain")).toBe("Boats.");
    expect(await textOf("<p>Boats.", "text/plain,text/html; charset=utf-8")).toBe("<p>Boats.");
  });

  it.each([
    [
      "frames",
      "<html><frameset><frame src=/a></frameset></html>",
      "The page has no text of its own, only frames; name the pages that they show",
    ],
    [
      "a frame within",
      "<html><head><title>T</title></head><body><iframe src=/a></iframe></body></html>",
      "The page has no text of its own, only frames; name the pages that they show",
    ],
    [
      "what leads on to another page",
      `<html><head><meta http-equiv="Refresh" content="0; url=/next"></head><body>Moved.</body></html>`,
      "The page has no text of its own and leads on to /next; name that page",
    ],
    [
      "what scripts fill in the browser",
      "<html><body><div id=root>Loading...</div><script src=a></script></body></html>",
      "No text was found on the page; text that scripts add in the browser cannot be read",
    ],
  ])("is told to the owner when it is %s", async (_, page, failure) => {
    await expect(textOf(page)).rejects.toThrow(failure);
  });

  describe("is, where scripts fill it in the browser, what it states beside that:", () => {
    const shell = (more: string) =>
      `<html><head><title>T</title><meta name="description" content="All about boats, huts and the lake, for you and your family."></head><body><div id="app">Loading</div>${more}<script src="a"></script></body></html>`;
    const stated = (thing: object) => shell(`<script type="application/ld+json">${JSON.stringify(thing)}</script>`);
    const long = "The raft is made of logs and floats well, whatever is put on it by its crew.";

    it("text for browsers without scripts", async () => {
      const page = shell(`<noscript><p>Please enable JavaScript.</p><h2>Rafts</h2><p>${long}</p></noscript>`);
      expect(await textOf(page)).toBe(`# T\n\n## Rafts\n\n${long}`);
    });

    it("things described for machines", async () => {
      const offers = { "@type": "Offer", price: "41.00", priceCurrency: "EUR" };
      expect(await textOf(stated({ "@type": "Product", name: "Raft", description: `<p>${long}</p>`, offers }))).toBe(
        `# T\n\nRaft\n${long}\n\nRaft: price 41.00 EUR.`,
      );
      const body = `${long} `.repeat(50).trim();
      expect(await textOf(stated({ "@type": "NewsArticle", headline: "Rafts", articleBody: body }))).toBe(`# T\n\nRafts\n${body}`);
      const question = { "@type": "Question", name: "Does it float?", acceptedAnswer: { "@type": "Answer", text: long } };
      expect(await textOf(stated({ "@type": "FAQPage", mainEntity: [question] }))).toBe(`# T\n\nDoes it float?\n${long}`);
    });

    it("unless that says what the site is, or wants scripts, and nothing else", async () => {
      const failure = "text that scripts add in the browser cannot be read";
      const hint = `<noscript>You need to enable JavaScript to run this shop, whose boats and huts are the best of all.</noscript>`;
      for (const page of [shell(""), shell(hint), stated({ "@type": "WebSite", name: "Boats", description: long })])
        await expect(textOf(page)).rejects.toThrow(failure);
      const spoken = `<html><body><p>${long}</p><noscript><p>Other text, ${long}</p></noscript><script src="a"></script></body></html>`;
      expect(await textOf(spoken)).toBe(long);
    });
  });

  it.each([
    [
      "d0cf11e0a1b11ae1",
      "application/msword",
      "Office files of the old kind (.doc, .xls, .ppt) and those with a password cannot be read; save it as .docx or PDF",
    ],
    ["00010203", "application/pdf", "The site calls this a PDF, but it is none"],
  ])("is told to the owner when %s cannot be read", async (hex, type, failure) => {
    await expect(textOf(Buffer.from(hex, "hex"), type)).rejects.toThrow(failure);
  });

  it("is told to the owner when the selectors match nothing", async () => {
    const asked = textOf(html, "text/html", { includeOnlyTags: ".none" });
    await expect(asked).rejects.toThrow("Nothing on the page is what includeOnlyTags asks for");
  });
});

describe("a file of rows", () => {
  it.each([
    [
      "text/csv",
      'name,price\r\n"Spoon, large","4 ""net"""\r\n\r\nBowl,\r\n',
      '| name | price |\n| Spoon, large | 4 "net" |\n| Bowl | |',
    ],
    [
      "text/csv; charset=utf-8",
      "\ufeffName;Preis;\nLöffel;4,50;\nTopf;9,00",
      "| Name | Preis | |\n| Löffel | 4,50 | |\n| Topf | 9,00 |",
    ],
    ["text/tab-separated-values", 'a\tb\n1\t"two\nlines|x"', "| a | b |\n| 1 | two lines/x |"],
    ["text/csv", "\ufeffsep=;\r\nName;Length, width\r\nBowl;3, 4\r\n", "| Name | Length, width |\n| Bowl | 3, 4 |"],
    ["text/csv", 'name|size\nPipe|"1"" or 2"""\n', '| name | size |\n| Pipe | 1" or 2" |'],
    [
      "text/csv",
      'name,said\nBowl,"so \\"big\\" it is"\nPath,"C:\\"\n',
      '| name | said |\n| Bowl | so "big" it is |\n| Path | C:\\ |',
    ],
    ["text/csv", 'name,size\nPipe,"12" wide\nBowl,3', "| name | size |\n| Pipe | 12 wide |\n| Bowl | 3 |"],
  ])("is a table: %s", async (type, file, table) => {
    expect((await textOf(file, type)).replaceAll("|  |", "| |")).toBe(table);
  });

  it("is known by its name when its server does not know it", async () => {
    const named = (type: string, url: string) =>
      readDocument({ bytes: Buffer.from("name;price\nSpoon;4"), contentType: type, url, options: plain });
    const table = "| name | price |\n| Spoon | 4 |";
    for (const type of ["text/plain", "application/octet-stream", "application/vnd.ms-excel", ""])
      expect(await named(type, "https://example.com/Prices.CSV?raw=1")).toMatchObject({ text: table });
    expect(await named("text/plain", "https://example.com/?file=prices.csv")).toMatchObject({ text: "name;price\nSpoon;4" });
    const html = "<html><body><table><tr><td>Spoon<td>4</table></body></html>";
    expect(await textOf(html, "application/vnd.ms-excel")).toBe("| Spoon | 4 |");
  });

  it("is left as it is when it is none", async () => {
    for (const text of ["Only a line, of text.", "One\ntwo", "A list of\nspoons, bowls, mugs", 'a,b\n"never closed, c'])
      expect((await textOf(text, "text/csv")).replace(/^\| a.*/s, text)).toBe(text);
  });

  it("of millions of values takes no longer than their length", async () => {
    const rows = `name,price\n${"Spoon,4\n".repeat(500_000)}`;
    expect((await textOf(rows, "text/csv")).split("\n| Spoon | 4 |")).toHaveLength(500_001);
    for (const quotes of ['"'.repeat(2_000_001), '""x'.repeat(2_000_000)])
      expect(await textOf(`a,b\n"${quotes}`, "text/csv")).not.toBe("");
    expect(await textOf(",".repeat(3_000_000), "text/csv")).not.toBe("");
  });
});

describe("a Word document", () => {
  const xmlns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
  const paragraph = (text: string, style = "") =>
    `<w:p><w:pPr><w:pStyle w:val="${style}"/></w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;

  it("has headings by what its styles say or lean on, whatever their names", async () => {
    const style = (id: string, inner: string) =>
      `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${id}"/>${inner}</w:style>`;
    const styles = [
      style("House", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>'),
      style("Owner's", '<w:basedOn w:val="House2"/>'),
      style("House2", '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>'),
      style("Circle", '<w:basedOn w:val="Circle"/>'),
      style("Body", '<w:pPr><w:outlineLvl w:val="9"/></w:pPr>'),
    ].join("");
    const body = [
      paragraph("Boats", "House"),
      paragraph("Dogs", "Owner's"),
      paragraph("Dogs swim.", "Circle"),
      paragraph("Cats do not.", "Body"),
    ];
    const bytes = makeDocx(body.join(""), ["x"], { "word/styles.xml": `<w:styles ${xmlns}>${styles}</w:styles>` });
    expect(await textOf(bytes, "")).toBe("# Boats\n\n## Dogs\n\nDogs swim.\n\nCats do not.");
  });

  it("says once, at its end, what stands at the head and foot of its pages", async () => {
    const part = (name: string, ...lines: string[]) =>
      `<w:${name} ${xmlns}>${lines.map((line) => paragraph(line)).join("")}</w:${name}>`;
    const bytes = makeDocx(paragraph("Text."), [], {
      "word/header1.xml": part("hdr", "Camp Northlake, tel. 0800 1234"),
      "word/header2.xml": part("hdr", "Camp Northlake, tel. 0800 1234"),
      "word/footer1.xml": part("ftr", "Page 1 of 3"),
    });
    expect(await textOf(bytes, "")).toBe("Text.\n\nCamp Northlake, tel. 0800 1234");
  });
});

describe("a Word document with a title", () => {
  it("puts its headings under it", async () => {
    const styled = (style: string, text: string) =>
      `<w:p><w:pPr><w:pStyle w:val="${style}"/></w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
    const body = styled("Title", "Boats") + styled("Heading1", "Prices") + "<w:p><w:r><w:t>By the hour.</w:t></w:r></w:p>";
    expect(await textOf(makeDocx(body, ["Title", "Heading 1"]), "")).toBe("# Boats\n\n## Prices\n\nBy the hour.");
  });
});
