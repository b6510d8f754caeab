import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { linesOf, type TextItem } from "../src/parsing/pdf-lines.ts";
import { textOfPages } from "../src/parsing/pdf-text.ts";
import { readDocument } from "../src/parsing/read-document.ts";
import type { ReadingOptions } from "../src/parsing/parse-request.ts";
import { makeDocx, makePdf } from "./documents.ts";

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
    expect(await textOf("name,price\nSpoon,4", "text/csv")).toBe("name,price\nSpoon,4");
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

  it.each([
    [
      "frames",
      "<html><frameset><frame src=/a></frameset></html>",
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

describe("a Word document with a title", () => {
  it("puts its headings under it", async () => {
    const styled = (style: string, text: string) =>
      `<w:p><w:pPr><w:pStyle w:val="${style}"/></w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
    const body = styled("Title", "Boats") + styled("Heading1", "Prices") + "<w:p><w:r><w:t>By the hour.</w:t></w:r></w:p>";
    expect(await textOf(makeDocx(body, ["Title", "Heading 1"]), "")).toBe("# Boats\n\n## Prices\n\nBy the hour.");
  });
});

describe("a PDF's page", () => {
  /** Letters of ten points, each five wide. */
  const item = (str: string, x: number, y: number, { size = 10, end = true } = {}): TextItem => {
    return { str, hasEOL: end, transform: [size, 0, 0, size, x, y], width: (str.length * size) / 2, height: size, dir: "ltr" };
  };
  const gap = (width: number): TextItem => ({ ...item(" ", 0, 0, { end: false }), width, height: 0 });
  const pageText = (...pages: TextItem[][]) => textOfPages(pages.map(linesOf));

  it("gives wrapped lines as one sentence, and lines that end early as they are", () => {
    const page = [
      item("Dogs are welcome in the garden rooms at an", 50, 700),
      item("extra charge of twelve euros.", 50, 688),
      item("Cats are not.", 50, 676),
      item("Horses stay in the stable.", 50, 664),
    ];
    expect(pageText(page)).toBe(
      "Dogs are welcome in the garden rooms at an extra charge of twelve euros.\nCats are not.\nHorses stay in the stable.",
    );
  });

  it("gives a sentence that goes on in the next column or on the next page in one piece", () => {
    const left = [
      item("The lodge opens its doors on the first of", 50, 700),
      item("April and is closed for the whole of the", 50, 688),
    ];
    const right = [
      item("winter, because of the snow. Groups of more", 320, 700),
      item("than eight may ask for an exception, and", 320, 688),
    ];
    const next = [item("often get one.", 50, 700)];
    expect(pageText([...left, ...right], next)).toBe(
      "The lodge opens its doors on the first of April and is closed for the whole of the winter, because of the snow. Groups of more than eight may ask for an exception, and often get one.",
    );
  });

  it("gives two columns that are drawn line by line one after the other", () => {
    const row = (left: string, right: string, y: number) => [item(left, 50, y, { end: false }), gap(40), item(right, 320, y)];
    const page = [
      ...row("The lodge opens its doors on the first of", "Dogs are welcome in the garden rooms at an", 700),
      ...row("April and closes on the last of October.", "extra charge of twelve euros a night only.", 688),
    ];
    expect(pageText(page)).toBe(
      "The lodge opens its doors on the first of April and closes on the last of October.\n\nDogs are welcome in the garden rooms at an extra charge of twelve euros a night only.",
    );
  });

  it("gives the rows of a table as rows, whatever their distance", () => {
    const row = (y: number, ...cells: string[]) =>
      cells.flatMap((cell, i) => [item(cell, 50 + i * 100, y, { end: i === cells.length - 1 })]);
    expect(pageText([...row(700, "Room", "Summer", "Winter"), ...row(676, "Single", "80 euros", "60 euros")])).toBe(
      "| Room | Summer | Winter |\n| Single | 80 euros | 60 euros |",
    );
  });

  it("marks what stands out by its size as a heading", () => {
    const page = [
      item("Prices of", 50, 700, { size: 16 }),
      item("boats", 50, 682, { size: 16 }),
      item("All are rented by the hour.", 50, 660),
    ];
    expect(pageText(page)).toBe("## Prices of boats\n\nAll are rented by the hour.");
  });

  it("says once what stands at the head and foot of every page, and leaves the numbers of pages out", () => {
    const page = (number: number) => [
      item("Handbook of the lodge", 50, 760),
      item(`Chapter ${number} tells of something.`, 50, 700),
      item("It has a second line.", 50, 688),
      item("It has a third line.", 50, 676),
      item(`Page ${number} of 3`, 50, 30),
    ];
    const text = pageText(page(1), page(2), page(3));
    expect(text).not.toMatch(/Page|Handbook[\s\S]*Handbook/);
    expect(text).toMatch(/Handbook of the lodge[\s\S]*Chapter 1 tells[\s\S]*Chapter 3 tells/);
  });

  it("keeps lines that stand alike on every page but for numbers of their own", () => {
    const page = (name: string, price: number) => [
      item(`Boat ${name}`, 50, 760, { size: 16 }),
      item("All boats are rented by the hour.", 50, 700),
      item(`${price} euros`, 50, 30),
    ];
    const text = pageText(page("1", 40), page("2", 75), page("3", 32), page("4", 18));
    for (const fact of ["## Boat 1", "40 euros", "## Boat 3", "32 euros", "18 euros"]) expect(text).toContain(fact);
  });

  it("has a blank where words were set apart, and none where a word was set in pieces", () => {
    const pieces = [item("Lamp", 50, 700, { end: false }), item("blue", 78, 700, { end: false }), gap(30), item("35.90", 112, 700)];
    const word = [item("Ket", 50, 660, { end: false }), item("tle", 65, 660)];
    expect(pageText([...pieces, ...word])).toMatch(/^Lamp blue 35\.90\s+Kettle$/);
  });

  it("puts the numbers of a list before its items, wherever they were drawn", () => {
    const page = [item("Fill the kettle.", 70, 700), item("Wait.", 70, 688), item("1.", 55, 700), item("2.", 55, 688)];
    expect(pageText(page)).toBe("1. Fill the kettle.\n2. Wait.");
  });

  it("that runs up the sheet is read as any other", () => {
    const turned = (str: string, x: number) => ({ ...item(str, x, 80), transform: [0, 10, -10, 0, x, 80] });
    const page = [turned("Dogs are welcome in the garden rooms at an", 100), turned("extra charge of twelve euros.", 112)];
    expect(pageText(page)).toBe("Dogs are welcome in the garden rooms at an extra charge of twelve euros.");
  });

  it.each([
    ["only divides a word", ["Guests of the lodge ask for the subcom\u2010", "mittee that was promised to them."], "subcommittee"],
    [
      "belongs to a word with another",
      ["Guests of the lodge like the state-of-the-", "art oven that was promised to them."],
      "state-of-the-art",
    ],
    [
      "belongs to a name",
      ["Guests of the lodge like the Nord-", "Ostsee canal that was promised to them."],
      "the Nord-Ostsee canal",
    ],
    [
      "stands for what follows",
      ["Gäste der Hütte zahlen für die Hin-", "und Rückfahrt nur einmal im Jahr."],
      "die Hin- und Rückfahrt",
    ],
    [
      "is found in the word elsewhere",
      ["Twenty-four guests fit in, not twenty-", "five. Of the rooms twenty-five are small."],
      "not twenty-five",
    ],
  ])("joins lines by what the hyphen at their end is: one that %s", (_, [above = "", below = ""], expected) => {
    expect(pageText([item(above, 50, 700), item(below, 50, 688)])).toContain(expected);
  });

  it.each([
    ["90ms-RKSJ-H", "Japan1", "\x97\xbf\x8b\xe0", "料金"],
    ["GBK-EUC-H", "GB1", "\xb7\xd1\xd3\xc3", "费用"],
    ["KSCms-UHC-H", "Korea1", "\xbf\xe4\xb1\xdd", "요금"],
  ])("in a font that it does not hold is read by the table that it names, %s", async (name, ordering, line, text) => {
    expect(await textOf(makePdf([[line]], undefined, { table: { name, ordering } }), "")).toBe(text);
  });

  it.each([
    ["The boats", "The boats"],
    ["Microsoft Word - boats", ""],
    ["boats_final2.indd", ""],
  ])("has the title that its file names, %j, unless that is the name of a file", async (named, title) => {
    const parsed = await readDocument({ bytes: makePdf([["One line."]], named), contentType: "", url: "", options: plain });
    expect(parsed).toEqual({ title, text: "One line." });
  });
});
