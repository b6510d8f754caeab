import { describe, expect, it } from "vitest";
import { linesOf } from "../src/parsing/pdf/lines.ts";
import type { TextItem } from "../src/parsing/pdf/pdf-text.ts";
import { textOfPages } from "../src/parsing/pdf/text.ts";
import { readDocument } from "../src/parsing/read-document.ts";
import { makePdf } from "./documents.ts";

const options = { extractMainContent: true, includeOnlyTags: "", excludeTags: "" };

describe("a PDF's page", () => {
  /** Letters of ten points, each five wide. */
  const item = (str: string, x: number, y: number, { size = 10, end = true } = {}): TextItem => {
    return { str, hasEOL: end, transform: [size, 0, 0, size, x, y], width: (str.length * size) / 2, height: size, dir: "ltr" };
  };
  const gap = (width: number): TextItem => ({ ...item(" ", 0, 0, { end: false }), width, height: 0 });
  const pageText = (...pages: TextItem[][]) => textOfPages(pages.map((page) => linesOf(page)));

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

  it("gives what is drawn in a part of its own, such as a stamp, on a line of its own", () => {
    const page = [
      item("The contract runs for two years.", 50, 700, { end: false }),
      item("Copy", 300, 500),
      item("It ends in May.", 50, 480),
    ];
    expect(pageText(page)).toBe("The contract runs for two years.\n\nCopy\n\nIt ends in May.");
    const raised = [item("Ten m", 50, 700, { end: false }), item("2", 75, 704, { size: 6 })];
    expect(pageText(raised)).toBe("Ten m2");
  });

  it("gives words that are set with space between their letters as words, and letters that stand alone as such", () => {
    const part = (str: string, x: number) => item(str, x, 700, { end: false });
    const title = [
      part("O P E N I N G", 50),
      gap(9),
      part("H O U R S", 140),
      gap(9),
      part("o f", 210),
      gap(9),
      item("2 0 2 6", 250, 700),
    ];
    expect(pageText([...title, item("Marks are A B C, and A B C D E or F.", 50, 640)])).toBe(
      "OPENING HOURS of 2026\n\nMarks are A B C, and A B C D E or F.",
    );
    expect(pageText([item("A B C", 50, 700), item("1 2 3 4 5", 50, 640)])).toBe("A B C\n\n1 2 3 4 5");
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

  it("gives the bullets of fonts that have no letters as bullets, and no marks that nobody can write", () => {
    const page = [
      item("\uf0b7", 50, 700, { end: false }),
      gap(10),
      item("So\u0000up", 65, 700),
      item("\uf0d8 Bread", 50, 688),
      item("\u0001", 50, 676),
    ];
    expect(pageText(page)).toBe("• Soup\n‣ Bread");
  });

  it("gives columns of a table that are near each other as cells, and words of justified lines as words", () => {
    const cells = [
      ["Year", "Spring", "Autumn", "Total"],
      ["2022", "103,818", "328,777", "432,595"],
      ["2023", "77,786", "138,510", "216,296"],
    ];
    const table = cells.flatMap((row, i) => {
      const y = 700 - i * 20;
      const placed = row.map((cell, j) => item(cell, [50, 82, 128, 174][j] ?? 0, y, { end: j === 3 }));
      return placed.flatMap((cell, j) => (j === 0 ? [cell] : [gap(8), cell]));
    });
    expect(pageText(table)).toBe(cells.map((row) => `| ${row.join(" | ")} |`).join("\n"));
    const prose = [
      "fortunately, administrators",
      "Window shipping cable re",
      "lamp carpet mirror shelf",
      "unfortunately it is closed",
    ];
    const justified = prose.flatMap((line, i) => {
      const words = line.split(" ");
      const space = (145 - 5 * words.join("").length) / (words.length - 1);
      let x = 50;
      return words.flatMap((word, j) => {
        const placed = item(word, x, 700 - i * 12, { end: j === words.length - 1 });
        x += 5 * word.length + space;
        return j === 0 ? [placed] : [gap(space), placed];
      });
    });
    expect(pageText(justified)).not.toContain("|");
  });

  it("gives empty cells of rows that stand under other rows than the head, which stands in the middle of its columns", () => {
    const row = (y: number, ...cells: [string, number][]) =>
      cells.map(([text, x], i) => item(text, x, y, { end: i === cells.length - 1 }));
    const page = [
      ...row(700, ["Item", 100], ["Pieces", 200], ["Total", 300]),
      ...row(688, ["Kettle, of copper", 50], ["2", 180], ["78 euros and 5", 270]),
      ...row(676, ["Sum", 50], ["107", 270]),
    ];
    expect(pageText(page)).toBe("| Item | Pieces | Total |\n| Kettle, of copper | 2 | 78 euros and 5 |\n| Sum |  | 107 |");
  });

  it("gives a row of a table whose cells have several lines in one piece, in whichever cell they are", () => {
    const cell = (str: string, x: number, y: number) => item(str, x, y, { end: false });
    const page = [
      cell("Plan", 50, 700),
      cell("Users", 170, 700),
      item("Support", 270, 700),
      item("Business", 50, 680),
      item("with all", 50, 668),
      item("you need", 50, 656),
      cell("100", 170, 668),
      item("by telephone,", 270, 680),
      item("every day", 270, 668),
      cell("Basic", 50, 636),
      item("1 or two", 170, 636),
      item("or three", 170, 624),
      item("by mail", 270, 636),
    ];
    expect(pageText(page)).toBe(
      "| Plan | Users | Support |\n| Business with all you need | 100 | by telephone, every day |\n| Basic | 1 or two or three | by mail |",
    );
  });

  it("gives the rows of a table as rows, whatever their distance", () => {
    const row = (y: number, ...cells: string[]) =>
      cells.flatMap((cell, i) => [item(cell, 50 + i * 100, y, { end: i === cells.length - 1 })]);
    expect(pageText([...row(700, "Room", "Summer", "Winter"), ...row(676, "Single", "80 euros", "60 euros")])).toBe(
      "| Room | Summer | Winter |\n| Single | 80 euros | 60 euros |",
    );
  });

  it("gives rows with empty cells, and cells of several lines, as rows", () => {
    const cell = (text: string, x: number, y: number, end = true) => item(text, x, y, { end });
    const page = [
      cell("Room", 50, 700, false),
      cell("Price", 150, 700, false),
      cell("Note", 250, 700),
      cell("Single", 50, 688, false),
      cell("60 euros", 150, 688),
      cell("Double", 50, 676, false),
      cell("80 euros", 150, 676, false),
      cell("With a view", 250, 676),
      cell("of the lake", 250, 664),
      cell("Suite", 50, 652, false),
      cell("On request", 250, 652),
    ];
    expect(pageText(page)).toBe(
      "| Room | Price | Note |\n| Single | 60 euros |  |\n| Double | 80 euros | With a view of the lake |\n| Suite |  | On request |",
    );
  });

  it("says once what was drawn twice, and leaves out dots that lead the eye", () => {
    const bold = [item("Deposit: 100 crowns", 50, 700, { end: false }), item("Deposit: 100 crowns", 50.3, 700)];
    const leaders = [item(`Soup ${".".repeat(40)} 6.50`, 50, 660), item(`Trout ${". ".repeat(20)}18.90`, 50, 648)];
    expect(pageText([...bold, ...leaders])).toBe("Deposit: 100 crowns\n\nSoup … 6.50\nTrout … 18.90");
  });

  it.each([
    ["letters", "x"],
    ["blanks", " "],
    ["dots", "."],
    ["hyphens", "-"],
  ])("of one line that is %s and nothing else takes no longer than others", (_, letter) => {
    const before = performance.now();
    pageText([item(`a${letter.repeat(300_000)}b`, 50, 700), item("second line", 50, 688)]);
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  it("begins with its large first letter", () => {
    const page = [item("O", 50, 690, { size: 30 }), item("nce the harbour was quiet.", 80, 700), item("Gulls had it.", 80, 688)];
    expect(pageText(page)).toBe("Once the harbour was quiet.\nGulls had it.");
  });

  it("has the characters that its shapes stand for", () => {
    expect(pageText([item("⽇本の博物館です︒", 50, 700)])).toBe("日本の博物館です。");
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
    const bytes = makePdf([[line]], undefined, { table: { name, ordering } });
    expect(await readDocument({ bytes, contentType: "", url: "", options })).toMatchObject({ text });
  });

  it.each([
    ["The boats", "The boats"],
    ["Microsoft Word - boats", ""],
    ["boats_final2.indd", ""],
  ])("has the title that its file names, %j, unless that is the name of a file", async (named, title) => {
    const parsed = await readDocument({ bytes: makePdf([["One line."]], named), contentType: "", url: "", options });
    expect(parsed).toEqual({ title, text: "One line." });
  });
});
