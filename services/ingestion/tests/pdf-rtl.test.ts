import { describe, expect, it } from "vitest";
import { linesOf } from "../src/parsing/pdf/lines.ts";
import { withBrackets } from "../src/parsing/pdf/rtl.ts";
import { readDocument } from "../src/parsing/read-document.ts";
import { makePdf } from "./documents.ts";

const options = { extractMainContent: true, includeOnlyTags: "", excludeTags: "" };
const plain = { hasEOL: false, height: 10 };

describe("a PDF in Arabic", () => {
  it("has the letters of a ligature in their order, and those of an article, too", async () => {
    // As drawn, from left to right: meem, lam-alef, seen, lam, alef.
    const glyphs = { 65: "م", 66: "لا", 67: "س", 68: "ل", 69: "ا" };
    const bytes = makePdf([["ABCDE"]], undefined, { glyphs });
    expect(await readDocument({ bytes, contentType: "application/pdf", url: "", options })).toMatchObject({ text: "السلام" });
  });

  it.each([
    ["letters instead of their shapes", ["ﻡ", "ﻼ", "ﺴ", "ﻟ", "ﺍ"], "السلام"],
    ["ligatures right beside numbers", ["د", "ح", "لأ", " ", "1", "2", " ", "م", "ق", "ر"], "رقم 12 لأحد"],
    ["ligatures right beside a word of another script", ["T", "e", "l", " ", "ن", "لآ", "ا"], "Tel الآن"],
    ["ligatures right that its font says as they are drawn", ["ال", "س"], "سلا"],
  ])("has %s", async (_, drawn, text) => {
    const glyphs = Object.fromEntries(drawn.map((glyph, i) => [65 + i, glyph]));
    const bytes = makePdf([[drawn.map((_, i) => String.fromCharCode(65 + i)).join("")]], undefined, { glyphs });
    expect(await readDocument({ bytes, contentType: "application/pdf", url: "", options })).toMatchObject({ text });
  });

  it.each([
    ["as it looks", false],
    ["as it is read", true],
  ])("is read from the right when it was drawn %s", (_, isRead) => {
    const at = (str: string, x: number, dir: string) => ({
      ...plain,
      str,
      dir,
      transform: [10, 0, 0, 10, x, 700],
      width: str.length * 5,
    });
    const drawn = [
      at("דואר", 70, "rtl"),
      at(", ", 92, "ltr"),
      at("מחר", 100, "rtl"),
      at("03", 120, "ltr"),
      at("טלפון", 135, "rtl"),
    ];
    const text = "טלפון 03 מחר, דואר";
    expect(linesOf(isRead ? drawn.toReversed() : drawn)).toMatchObject([{ text }]);
  });

  it("has the bullets of its lists, which stand to the right, before its texts", () => {
    const at = (str: string, x: number, y: number, dir: string) => {
      return { str, dir, hasEOL: true, transform: [10, 0, 0, 10, x, y], width: str.length * 5, height: 10 };
    };
    const text = ["سمك", "خبز"].map((word, i) => at(word, 300, 700 - i * 20, "rtl"));
    const bullets = [at("•", 325, 700, "ltr"), at("•", 325, 680, "ltr")];
    expect(linesOf([...text, ...bullets]).map((line) => line.text)).toEqual(["• سمك", "• خبز"]);
    expect(linesOf([...text, at("•", 60, 700, "ltr")]).map((line) => line.text)).toEqual(["سمك", "خبز", "•"]);
  });

  it("has its brackets around what they hold", () => {
    expect(withBrackets("מחיר )כולל מע״מ( נטו")).toBe("מחיר (כולל מע״מ) נטו");
    expect(withBrackets("מחיר (כולל מע״מ) נטו")).toBe("מחיר (כולל מע״מ) נטו");
  });
});
