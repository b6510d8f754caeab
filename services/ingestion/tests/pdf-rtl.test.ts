import { describe, expect, it } from "vitest";
import { linesOf } from "../src/parsing/pdf/lines.ts";
import { withBrackets, withLigatures } from "../src/parsing/pdf/rtl.ts";
import { readDocument } from "../src/parsing/read-document.ts";
import { makePdf } from "./documents.ts";

const options = { extractMainContent: true, includeOnlyTags: "", excludeTags: "" };
const item = (str: string, dir = "rtl") => ({ str, dir, hasEOL: false, transform: [10, 0, 0, 10, 0, 0], width: 10, height: 10 });
const repaired = (str: string, glyphs: string[], dir?: string) => withLigatures([item(str, dir)], glyphs)[0]?.str;

describe("a PDF in Arabic", () => {
  it("has the letters of a ligature in their order, and those of an article, too", async () => {
    // As drawn, from left to right: meem, lam-alef, seen, lam, alef.
    const glyphs = { 65: "م", 66: "لا", 67: "س", 68: "ل", 69: "ا" };
    const bytes = makePdf([["ABCDE"]], undefined, { glyphs });
    expect(await readDocument({ bytes, contentType: "application/pdf", url: "", options })).toMatchObject({ text: "السلام" });
  });

  it("has letters instead of their shapes", () => {
    expect(repaired("ﺍﻟﺴﻼﻡ", ["ﻡ", "ﻼ", "ﺴ", "ﻟ", "ﺍ"])).toBe("السلام");
  });

  it.each([
    ["numbers", "رقم 12 لأحد", "رقم 12 ألحد", ["د", "ح", "لأ", " ", "1", "2", " ", "م", "ق", "ر"]],
    ["a word of another script", "Tel الآن", "Tel اآلن", ["T", "e", "l", " ", "ن", "لآ", "ا"]],
  ])("has ligatures right beside %s", (_, right, wrong, glyphs) => {
    expect(repaired(wrong, glyphs, wrong.startsWith("T") ? "ltr" : "rtl")).toBe(right);
  });

  it.each([
    ["the glyphs are another text's", "السالم", ["x", "لا"]],
    ["its font says ligatures as they are drawn", "سلا", ["ال", "س"]],
  ])("stays as it is when %s", (_, text, glyphs) => {
    expect(repaired(text, glyphs)).toBe(text);
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
