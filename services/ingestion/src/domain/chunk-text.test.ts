import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunkText, type TextChunk } from "./chunk-text.ts";
import { measure } from "./text-measure.ts";

const chunks = (text: string, language = "en"): TextChunk[] => [...chunkText(text, { language })];
const texts = (text: string) => chunks(text).map((chunk) => chunk.text);
const sentence = (words: number) => `The ${"quick brown ".repeat(words)}fox jumps.`;
const paragraph = (length: number) =>
  sentence(4)
    .concat(" ")
    .repeat(Math.ceil(length / 64))
    .slice(0, length - 1)
    .trimEnd()
    .concat(".");

/** Documents of all that a chunker meets: words, marks, structure, scripts, broken surrogates. */
const piece = fc.oneof(
  fc.constantFrom(
    "# Heading\n",
    "## Sub\n",
    "Title\n===\n",
    "---\n",
    "- item\n",
    "1. first\n",
    "| a | b |\n",
    "```\n",
    "\n\n",
    "\r\n",
    "\n",
    " ",
    "\t",
  ),
  fc.constantFrom(
    "Dr. Who lives here. ",
    "Is it? ",
    "这是一个句子。",
    "これはペンです。",
    "한국어 문장입니다. ",
    "هذه جملة. ",
    "😀👨‍👩‍👧",
    "e\u0301",
    "\ud800",
    "\udc00",
  ),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom(
    "word ".repeat(60),
    "x".repeat(1_200),
    "汉".repeat(600),
    `${"Some sentence of the text stands here. ".repeat(40)}\n`,
  ),
);
const documents = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));

describe("chunkText", () => {
  it("gives contiguous slices in order that cover all text that is not blank, within the limit", () => {
    fc.assert(
      fc.property(documents, (text) => {
        const points = [...text];
        let covered = 0;
        for (const [i, chunk] of chunks(text).entries()) {
          expect(chunk.ordinal).toBe(i);
          const length = [...chunk.text].length;
          expect(points.slice(chunk.start, chunk.start + length).join("")).toBe(chunk.text);
          expect(chunk.text.trim()).toBe(chunk.text);
          expect(measure(chunk.text, { start: 0, end: chunk.text.length })).toBeLessThanOrEqual(1_004);
          expect(points.slice(covered, chunk.start).join("").trim()).toBe("");
          covered = Math.max(covered, chunk.start + length);
        }
        expect(points.slice(covered).join("").trim()).toBe("");
      }),
      { numRuns: 300 },
    );
  });

  it("never cuts a paragraph that fits, and gives each of ordinary length a chunk of its own", () => {
    const paragraphs = [paragraph(600), paragraph(450), paragraph(999)];
    expect(texts(paragraphs.join("\n\n"))).toEqual(paragraphs);
    expect(texts(paragraphs.join("\r\n\r\n"))).toEqual(paragraphs);
  });

  it("packs short neighbouring paragraphs of one section, and none across a heading", () => {
    expect(texts("One.\n\nTwo.\n\n# Next\n\nThree.")).toEqual(["One.\n\nTwo.", "# Next\n\nThree."]);
  });

  it("names the headings above a chunk, but for those that stand in it", () => {
    const text = `# Shop\n\n## Returns\n\n${paragraph(600)}\n\n${paragraph(700)}\n\n## Hours\n\nOpen.`;
    expect(chunks(text).map(({ headings, text: own }) => [headings, own.slice(0, 10)])).toEqual([
      [[], "# Shop\n\n##"],
      [["Shop", "Returns"], "The quick "],
      [["Shop"], "## Hours\n\n"],
    ]);
  });

  it("knows headings that are underlined, and takes none out of code", () => {
    expect(chunks(`Shop\n====\n\n${paragraph(500)}\n\n${paragraph(500)}`).at(-1)?.headings).toEqual(["Shop"]);
    expect(texts("```\n# not a heading\n\nstill code\n```")).toHaveLength(1);
  });

  it("cuts a long paragraph at sentence ends, each piece repeating the end of the one before", () => {
    const sentences = Array.from({ length: 40 }, (_, i) => `Sentence number ${i} of this paragraph says something.`);
    const pieces = chunks(sentences.join(" "));
    expect(pieces.length).toBeGreaterThan(2);
    for (const [i, { text, start }] of pieces.entries()) {
      expect(text.endsWith(".")).toBe(true);
      expect(text.startsWith("Sentence number")).toBe(true);
      const before = pieces[i - 1];
      if (before === undefined) continue;
      const repeated = before.start + before.text.length - start;
      expect(repeated).toBeGreaterThanOrEqual(100);
      expect(repeated).toBeLessThanOrEqual(200);
    }
  });

  it("lets a sentence go on in the next line of a paragraph", () => {
    const wrapped = Array.from({ length: 60 }, (_, i) => `Sentence number ${i} is wrapped\nin the middle of it.`).join(" ");
    for (const text of texts(wrapped)) expect(text).toMatch(/^Sentence[^]*it\.$/);
  });

  it("cuts tables and lists between lines and keeps a line that leads in with its list", () => {
    const rows = Array.from({ length: 80 }, (_, i) => `| Product ${i} | ${i} euros |`);
    const lines = texts(`Our prices:\n${rows.join("\n")}`).flatMap((text) => text.split("\n"));
    expect(lines).toEqual(["Our prices:", ...rows]);
    expect(texts(`You need:\n\n- a cup\n- a spoon`)).toHaveLength(1);
  });

  it("keeps a line that may be a title with what follows it", () => {
    const notes = Array.from({ length: 3 }, () => paragraph(280)).join("\n\n");
    expect(texts(`${notes}\n\nOpening hours\n${paragraph(250)}`).at(-1)).toMatch(/^Opening hours\nThe quick/);
    expect(texts(`${notes}\n\nOpening hours\n\n${paragraph(600)}`).at(-1)).toMatch(/^Opening hours\n\nThe quick/);
    expect(chunks(`# Shop\n\n${notes}\n\nOpening hours\n${paragraph(300)}`).at(-1)?.headings).toEqual(["Shop"]);
  });

  it("cuts no paragraph that fits to make room for a title", () => {
    expect(texts(`Opening hours\n\n${paragraph(995)}`)).toEqual(["Opening hours", paragraph(995)]);
  });

  it("gives Chinese, Japanese and Korean text about 250 characters a chunk, cut at sentence ends", () => {
    const pieces = chunks("这家商店从早上九点营业到晚上六点，星期天休息。".repeat(60), "zh");
    for (const { text } of pieces) {
      expect(text.length).toBeLessThanOrEqual(250);
      expect(text.endsWith("。")).toBe(true);
    }
  });

  it("takes a line that is not wrapped for a paragraph, when no blank line divides them", () => {
    const lines = [paragraph(500), paragraph(600)];
    expect(texts(lines.join("\n"))).toEqual(lines);
  });

  it.each([
    ["one endless word", "x"],
    ["one endless line", "Some words. "],
    ["only line breaks", "\n"],
    ["only blanks", " "],
    ["headings alone", "# a\n"],
    ["open code blocks", "```\n"],
    ["short paragraphs", "ab\n\n"],
    ["items", "- a\n"],
    ["joiners", "\u200d"],
    ["abbreviations", "p. "],
  ])("takes time in proportion to the length: %s", (_, unit) => {
    const timed = (length: number) => {
      const text = unit.repeat(length / unit.length);
      const start = process.cpuUsage().user;
      for (const chunk of chunkText(text)) if (chunk.text === "") throw new Error("an empty chunk");
      return (process.cpuUsage().user - start) / 1_000;
    };
    timed(100_000);
    const short = Math.min(timed(250_000), timed(250_000), timed(250_000));
    // Eight times the length; quadratic time would be sixty-four times.
    expect(Math.min(timed(2_000_000), timed(2_000_000))).toBeLessThan(32 * Math.max(short, 10));
  });
});
