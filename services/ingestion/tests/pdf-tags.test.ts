import { describe, expect, it } from "vitest";
import { linesByTags, unitsOf, type TagNode, type TaggedItem } from "../src/parsing/pdf/tags.ts";
import { textOfPages } from "../src/parsing/pdf/text.ts";
import { readDocument } from "../src/parsing/read-document.ts";
import { pdfOf } from "./documents.ts";

/** Letters of ten points, each five wide. */
const item = (contentId: string, str: string, x: number, y: number): TaggedItem => {
  return { str, contentId, hasEOL: true, transform: [10, 0, 0, 10, x, y], width: str.length * 5, height: 10, dir: "ltr" };
};
const of = (role: string, ...children: (TagNode | string)[]): TagNode => {
  return { role, children: children.map((child) => (typeof child === "string" ? { id: child } : child)) };
};
const read = (items: TaggedItem[], ...tags: TagNode[]) =>
  textOfPages([linesByTags(items, unitsOf(of("Root", of("Document", ...tags))))]);

describe("a PDF that says what its parts are", () => {
  it("has its headings by their level, however they look, and each by itself", () => {
    const items = [
      item("a", "Fees of the", 50, 700),
      item("b", "boat house", 50, 688),
      item("c", "Boats", 50, 670),
      item("d", "A canoe costs ten euros.", 50, 650),
    ];
    expect(read(items, of("H1", "a", "b"), of("H3", of("Span", "c")), of("P", "d"))).toBe(
      "## Fees of the boat house\n\n### Boats\n\nA canoe costs ten euros.",
    );
  });

  it("has its tables row by row, whose cells may have several lines and stand anywhere", () => {
    const items = [
      item("p", "Prices of today:", 50, 720),
      item("a", "Boat", 50, 700),
      item("b", "For how long and for whom", 90, 700),
      item("c", "Price", 240, 700),
      item("d", "Canoe", 50, 676),
      item("e", "An hour, for two persons who", 90, 682),
      item("e", "can swim", 90, 670),
      item("f", "8", 240, 676),
      item("g", "Raft", 50, 650),
      item("i", "30", 240, 650),
      item("q", "Ask at the pier.", 50, 620),
    ];
    const row = (cell: string, ...ids: string[]) => of("TR", ...ids.map((id) => of(cell, ...(id === "" ? [] : [of("P", id)]))));
    const table = of(
      "Table",
      of("THead", row("TH", "a", "b", "c")),
      of("TBody", row("TD", "d", "e", "f"), row("TD", "g", "", "i")),
    );
    expect(read(items, of("P", "p"), table, of("P", "q"))).toBe(
      "Prices of today:\n\n| Boat | For how long and for whom | Price |\n| Canoe | An hour, for two persons who can swim | 8 |\n| Raft |  | 30 |\n\nAsk at the pier.",
    );
  });

  it("has rows of fewer cells under the columns that they stand in", () => {
    const items = [
      item("a", "Canoe", 50, 700),
      item("b", "hour", 150, 700),
      item("c", "8", 250, 700),
      item("d", "day", 150, 680),
      item("e", "30", 250, 680),
    ];
    const cells = (...ids: string[]) => of("TR", ...ids.map((id) => of("TD", id)));
    expect(read(items, of("Table", cells("a", "b", "c"), cells("d", "e")))).toBe("| Canoe | hour | 8 |\n|  | day | 30 |");
  });

  it("is read as it stands where tables only place things, are no tables, or what is tagged is not there", () => {
    const prose = "The harbour is old and its boats are green. ".repeat(30).trim();
    const items = [item("a", prose, 50, 700), item("b", prose, 50, 600), item("c", "End.", 50, 500), item("d", "Last.", 50, 400)];
    const row = (...ids: string[]) => of("TR", ...ids.map((id) => of("TD", id)));
    const plain = [prose, prose, "End.", "Last."].join("\n\n");
    expect(read(items, of("Table", row("a", "b"), row("c", "d")))).toBe(plain);
    expect(read(items, of("Table", row("a"), row("b")))).toBe(plain);
    expect(read(items, of("Table", of("TR", of("TD", of("Table", row("c"), row("d"))), of("TD", "a"))), of("H1", "y"))).toBe(plain);
    let deep = of("P", "a");
    for (let i = 0; i < 20_000; i++) deep = of("Sect", deep);
    expect(read(items, deep)).toBe(plain);
  });

  it("is read by what its file says", async () => {
    const texts: [tag: string, text: string, x: number, y: number][] = [
      ["H2", "Fees", 72, 720],
      ["TD", "Canoe", 72, 700],
      ["TD", "8", 130, 700],
      ["TD", "Raft", 72, 680],
      ["TD", "30", 130, 680],
    ];
    const draw = texts
      .map(([tag, text, x, y], id) => `/${tag}<</MCID ${id}>>BDC BT /F1 12 Tf ${x} ${y} Td(${text})Tj ET EMC`)
      .join("\n");
    const element = (role: string, parent: number, kids: string) =>
      `<</Type/StructElem/S/${role}/P ${parent} 0 R/Pg 3 0 R/K ${kids}>>`;
    const pdf = pdfOf([
      "<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 6 0 R>>",
      "<</Type/Pages/Count 1/Kids[3 0 R]>>",
      "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R/StructParents 0/Resources<</Font<</F1 4 0 R>>>>>>",
      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
      `<</Length ${draw.length}>>stream\n${draw}\nendstream`,
      "<</Type/StructTreeRoot/K[7 0 R 8 0 R]/ParentTree<</Nums[0[7 0 R 11 0 R 12 0 R 13 0 R 14 0 R]]>>>>",
      element("H2", 6, "0"),
      element("Table", 6, "[9 0 R 10 0 R]"),
      element("TR", 8, "[11 0 R 12 0 R]"),
      element("TR", 8, "[13 0 R 14 0 R]"),
      element("TD", 9, "1"),
      element("TD", 9, "2"),
      element("TD", 10, "3"),
      element("TD", 10, "4"),
    ]);
    const options = { extractMainContent: true, includeOnlyTags: "", excludeTags: "" };
    const { text } = await readDocument({ bytes: pdf, contentType: "application/pdf", url: "", options });
    expect(text).toBe("## Fees\n\n| Canoe | 8 |\n| Raft | 30 |");
  });

  it("of very many parts in one has on each page what is on it, in its order", async () => {
    const [pages, lines] = [3, 60];
    const first = 5 + pages * 2;
    const ids = Array.from({ length: pages * lines }, (_, i) => `${first + 1 + i} 0 R`);
    const of = (page: number) => ids.slice(page * lines, (page + 1) * lines);
    const numbers = Array.from({ length: pages }, (_, page) => `${page}[${of(page).join(" ")}]`);
    const sheets = Array.from({ length: pages }, (_, page) => {
      const drawn = Array.from({ length: lines }, (_, i) => {
        const text = i === 0 ? `Chapter ${"ABC".charAt(page)}` : `${"abc".charAt(page)}${i} is told here.`;
        return `/P<</MCID ${i}>>BDC 1 0 0 1 72 ${760 - 12 * i} Tm (${text}) Tj EMC`;
      });
      const draw = `BT /F1 10 Tf ${drawn.join(" ")} ET`;
      return [
        `<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents ${5 + page * 2} 0 R/StructParents ${page}/Resources<</Font<</F1 3 0 R>>>>>>`,
        `<</Length ${draw.length}>>stream\n${draw}\nendstream`,
      ];
    });
    const pdf = pdfOf([
      `<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot ${first - 1} 0 R>>`,
      `<</Type/Pages/Count ${pages}/Kids[${sheets.map((_, page) => `${4 + page * 2} 0 R`).join(" ")}]>>`,
      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
      ...sheets.flat(),
      `<</Type/StructTreeRoot/K ${first} 0 R/ParentTree<</Nums[${numbers.join("")}]>>>>`,
      `<</Type/StructElem/S/Document/P ${first - 1} 0 R/K[${ids.join(" ")}]>>`,
      ...ids.map((_, i) => {
        const [page, at] = [Math.floor(i / lines), i % lines];
        return `<</Type/StructElem/S/${at === 0 ? "H3" : "P"}/P ${first} 0 R/Pg ${4 + page * 2} 0 R/K ${at}>>`;
      }),
    ]);
    const options = { extractMainContent: true, includeOnlyTags: "", excludeTags: "" };
    const { text } = await readDocument({ bytes: pdf, contentType: "application/pdf", url: "", options });
    expect(text.match(/^#.*$/gm)).toEqual(["### Chapter A", "### Chapter B", "### Chapter C"]);
    expect(text.match(/\b[abc]\d+(?= is told)/g)).toHaveLength(pages * (lines - 1));
  });
});
