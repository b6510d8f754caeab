import { expect, it } from "vitest";
import { chunk, freshScope, idsFound, type SearchIndexBench } from "./search-index.contract-kit.ts";
import type { Scope } from "./search-index.ts";

const words = {
  thai: "กำลังส่ง",
  thaiWithoutMarks: "กาลงสง",
  hindi: "डिलीवरी",
  hindiWithoutMarks: "डलवर",
  arabic: "التوصيل",
  arabicWithMarks: "التَّوْصِيل",
  persianWithJoiner: "می\u200cشود",
  cjkBigram: "送料",
  otherBigram: "料金",
  rareIdeographs: "\u{20000}\u{20001}",
  dotlessTurkish: "ılık",
  dottedTurkish: "ilik",
  sharpS: "straße",
  twoS: "strasse",
  composed: "\u00e9t\u00e9",
  decomposed: "e\u0301te\u0301",
  longS: "ſ",
  roman: "ⅷ",
  capital: "SOS",
  small: "sos",
  digits: "2026",
  arabicDigits: "٢٠٢٦",
};

const syntax = [
  "AND",
  "and",
  "OR",
  "NOT",
  "NEAR",
  "NEAR(a,b)",
  "*",
  "a*",
  '"',
  '""',
  "'",
  "terms:a",
  "^a",
  "-a",
  "(",
  "a+b",
  "{",
  "\\",
  "_",
  "%",
];

export function wordCases({ index }: SearchIndexBench): void {
  /** Each term with the ids of the chunks that it finds. */
  const foundBy = (scope: Scope, terms: readonly string[]): Promise<[string, string[]][]> =>
    Promise.all(terms.map(async (term) => [term, await idsFound(index(), scope, { terms: [term] })]));

  it("finds a word of any script, and only that word", async () => {
    const scope = freshScope();
    await index().put(
      scope,
      Object.entries(words).map(([name, word]) => chunk(name, `filler ${word}`)),
    );
    const found = await foundBy(scope, Object.values(words));
    expect(found).toEqual(Object.entries(words).map(([name, word]) => [word, [name]]));
  });

  it("takes the marks of a search syntax for nothing but words", async () => {
    const scope = freshScope();
    await index().put(
      scope,
      syntax.map((word) => chunk(`id ${word}`, `${word} filler`)),
    );
    expect(await foundBy(scope, syntax)).toEqual(syntax.map((word) => [word, [`id ${word}`]]));
    expect(await idsFound(index(), scope, { terms: syntax })).toHaveLength(syntax.length);
  });

  it("does not take the beginning of a word for the word", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("a", "parcels"), chunk("b", "parcel")]);
    expect(await idsFound(index(), scope, { terms: ["parcel"] })).toEqual(["b"]);
    expect(await idsFound(index(), scope, { terms: ["parc"] })).toEqual([]);
  });

  it("finds a word of five hundred letters, and many words at once", async () => {
    const scope = freshScope();
    const long = "ab".repeat(250);
    await index().put(scope, [chunk("long", long), chunk("other", `${long}x`)]);
    const terms = [long, ...Array.from({ length: 200 }, (_, ordinal) => `unknown${ordinal}`)];
    expect(await idsFound(index(), scope, { terms })).toEqual(["long"]);
  });

  it("still counts a word that every chunk holds", async () => {
    const scope = freshScope();
    await index().put(scope, [chunk("twice", "parcel parcel stamp"), chunk("once", "parcel letter stamp")]);
    const { candidates } = await index().search(scope, { generation: 1, terms: ["parcel"], candidates: 5 });
    const scores = new Map(candidates.map(({ chunkId, bm25 }) => [chunkId, bm25]));
    expect(scores.get("once")).toBeGreaterThan(0.01);
    expect(scores.get("twice")).toBeGreaterThan(scores.get("once") ?? 0);
  });
}
