import { describe, expect, it } from "vitest";
import { editsBetween, mostEdits, nearestTerms, nearnessTo } from "./near-terms.ts";

describe("nearnessTo", () => {
  it.each([
    ["a letter left out", "parcl", "parcel", 1],
    ["a letter too many", "parrcel", "parcel", 1],
    ["another letter", "parcal", "parcel", 1],
    ["two letters swapped", "pracel", "parcel", 1],
    ["the first two letters swapped", "aprcel", "parcel", 1],
    ["two mistakes in a long word", "delievary", "delivery", 2],
    ["Cyrillic letters", "достваа", "доставка", undefined],
    ["a mistake in Cyrillic letters", "доствка", "доставка", 1],
  ])("knows %s", (_, word, term, edits) => {
    expect(nearnessTo(word)(term)?.edits).toBe(edits);
  });

  it("finds the stem of a word that is misspelt in its ending", () => {
    expect(nearnessTo("shippimg")("ship")).toEqual({ edits: 0, ending: 4 });
    expect(nearnessTo("shippimgss")("ship")).toBeUndefined();
  });

  it.each([
    ["short words", "cta", "cat"],
    ["words with digits", "model12", "model13"],
    ["terms with digits", "modell", "model1"],
    ["pairs of characters", "送料金額", "送料金"],
    ["Thai words", "กำลังสง", "กำลังส่ง"],
    ["another first letter", "barcel", "parcel"],
    ["two mistakes in a word of seven letters", "parclse", "parcels2"],
    ["another word of the same letters", "listen", "silent"],
  ])("leaves %s alone", (_, word, term) => {
    expect(nearnessTo(word)(term)).toBeUndefined();
  });

  it("allows no edit, one or two by the length of the word", () => {
    expect(["for", "form", "letters", "delivery"].map(mostEdits)).toEqual([0, 1, 1, 2]);
  });
});

describe("editsBetween", () => {
  it("counts the edits of whole words", () => {
    expect(editsBetween("", "abc")).toBe(3);
    expect(editsBetween("parcel", "parcel")).toBe(0);
    expect(editsBetween("huors", "hours")).toBe(1);
    expect(editsBetween("shipping", "ship")).toBe(4);
  });
});

describe("nearestTerms", () => {
  it("puts fewer edits first, then a shorter ending, then the more frequent", () => {
    const found = [
      { term: "rare", edits: 1, ending: 0, chunks: 1 },
      { term: "cut", edits: 1, ending: 2, chunks: 9 },
      { term: "often", edits: 1, ending: 0, chunks: 5 },
      { term: "nearest", edits: 0, ending: 4, chunks: 1 },
    ];
    expect(nearestTerms(found, 3).map(({ term }) => term)).toEqual(["nearest", "often", "rare"]);
  });
});
