import { askedUnits } from "@parlance/language";
import { describe, expect, it } from "vitest";
import { wordSupport } from "./word-support.ts";

const statistics = { chunkCount: 20, documentFrequency: new Map([["beitrag", 2]]) };
const german = (text: string) => ({ text, language: "de", matched: [] });

describe("wordSupport", () => {
  it("is 1 when one sentence holds all that is asked, and 0 when nothing is held", () => {
    const passage = german("Der Beitrag wird im Februar eingezogen. Das Freibad liegt am Fluss.");
    expect(wordSupport(["beitrag", "februar"], [passage], statistics)).toBeCloseTo(1);
    expect(wordSupport(["sauna"], [passage], statistics)).toBe(0);
    expect(wordSupport(["beitrag"], [], statistics)).toBe(0);
    expect(wordSupport([], [passage], statistics)).toBe(0);
  });

  it("counts words that stand in one sentence more than words that stand apart", () => {
    const together = german("Der Beitrag wird im Februar eingezogen. Das Freibad liegt am Fluss.");
    const apart = german("Der Beitrag steht fest. Im Februar friert der Fluss.");
    expect(wordSupport(["beitrag", "februar"], [together], statistics)).toBeGreaterThan(
      wordSupport(["beitrag", "februar"], [apart], statistics),
    );
  });

  it("finds a sentence of a later passage, but takes the share of the first", () => {
    const first = german("Das Freibad liegt am Fluss.");
    const second = german("Der Beitrag wird im Februar eingezogen.");
    expect(wordSupport(["februar"], [first, second], statistics)).toBeCloseTo(0.5);
  });

  it("judges a pasted text by its first 500 terms, since each is compared with all words of a passage", () => {
    const asked = ["beitrag", ...Array.from({ length: 499 }, (_, i) => `x${i}`)];
    const passage = [german("Der Beitrag steht fest.")];
    expect(wordSupport([...asked, "februar"], passage, statistics)).toBe(wordSupport(asked, passage, statistics));
    expect(wordSupport(asked, passage, statistics)).toBeGreaterThan(0);
  });

  it("asks for pairs of syllables in Vietnamese, since single ones are in every text", () => {
    const about = { text: "Lâu đài của người Norman nằm trên đồi.", language: "vi", matched: [] };
    const foreign = { text: "Từ lâu người ta bàn về đài truyền hình Norman.", language: "vi", matched: [] };
    const asked = askedUnits("Lâu đài của người Norman tên là gì?", "vi");
    expect(wordSupport(asked, [about], statistics)).toBeGreaterThan(0.5);
    expect(wordSupport(asked, [foreign], statistics)).toBe(0);
  });

  it.each([
    ["schuh", "Bitte nur mit sauberen Hallenschuhen betreten."],
    ["park", "Parkplätze gibt es am Freibad."],
    ["mitgliedschaft", "Mitglied werden kann jeder ab vier Jahren."],
    ["geoffn", "Die Öffnungszeiten: geöffnet von acht bis zehn."],
  ])("counts a word of the family of %s, for less than the word itself", (term, text) => {
    const support = wordSupport([term], [german(text)], statistics);
    expect(support).toBeGreaterThan(0.5);
    expect(support).toBeLessThanOrEqual(1);
  });

  it("counts a word that is made of two held ones for more than one that shares a part", () => {
    const supportOf = (text: string) => wordSupport(["papiertonn"], [german(text)], statistics);
    expect(supportOf("Papier kommt in die blaue Tonne.")).toBeGreaterThan(supportOf("Die Tonne steht im Garten."));
    expect(supportOf("Papier kommt in die blaue Tonne.")).toBeLessThan(1);
  });

  it("does not take short words for parts of others", () => {
    expect(wordSupport(["uhr"], [german("Der Fuhrpark ist groß.")], statistics)).toBe(0);
    expect(wordSupport(["rand"], [german("Der Grandseigneur kam.")], statistics)).toBe(0);
  });

  it("calls no word rare or common by a handful of chunks", () => {
    const few = { chunkCount: 2, documentFrequency: new Map([["beitrag", 2]]) };
    expect(wordSupport(["beitrag", "abgebucht"], [german("Der Beitrag wird eingezogen.")], few)).toBeGreaterThan(0.34);
  });
});
