import type { IndexResult, NearTerm } from "@parlance/ports";
import { describe, expect, it } from "vitest";
import { correctedText, corrections, questionWords } from "./spelling.ts";

const example = (text: string, language = "en"): NearTerm["example"] => ({
  text,
  language,
  headings: [],
  title: "",
  sourceName: "",
  sourceType: "text",
  english: language === "en",
  revision: "",
  start: 0,
  ordinal: 0,
});

function result(near: Record<string, NearTerm[]>, known: string[] = []): IndexResult {
  const documentFrequency = new Map(known.map((term) => [term, 1]));
  return { candidates: [], bestBm25: 0, chunkCount: 10, documentFrequency, near: new Map(Object.entries(near)) };
}

const parcels = { term: "parcel", example: example("Two Parcels arrive.") };
const shipping = { term: "ship", example: example("Shipping is free.") };

describe("questionWords", () => {
  it("leaves out function words, short words and words with digits", () => {
    const words = questionWords("Where can I get the model12 box or a parcel?", ["en"]);
    expect(words).toEqual([{ word: "parcel", terms: ["parcel"] }]);
  });

  it("takes the first 20 of a text, however long it is", () => {
    const typed = Array.from({ length: 500 }, (_, i) => `gadget${String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26))}`);
    expect(questionWords(typed.join(" "), ["en"]).map(({ word }) => word)).toEqual(typed.slice(0, 20));
  });

  it.each([
    ["en", "whom whose wanted"],
    ["de", "wofür welchem könnte kostet"],
    ["es", "quiénes adónde cuesta"],
    ["fr", "lesquels quelques coûte"],
    ["it", "quanti posso costa"],
    ["ru", "кого кому чему каковы стоит находится"],
    ["ar", "لماذا يمكنني عندكم"],
    ["tr", "kimden nereye çalışıyor"],
    ["ro", "cărei trebuie costă"],
    ["el", "ποιους μπορώ κοστίζει"],
    ["hi", "किससे कौनसे चाहिए"],
    ["vi", "nhiêu người được"],
  ])("knows the words that questions are made of in %s, where the knowledge is in that language or another", (language, asked) => {
    expect(questionWords(asked, [language])).toEqual([]);
    expect(questionWords(asked, ["en"], language)).toEqual([]);
  });

  it("has the terms of each language of the knowledge", () => {
    expect(questionWords("Lieferungen", ["de", "en"])).toEqual([{ word: "lieferungen", terms: ["liefer", "lieferungen"] }]);
  });

  it("knows no words in pairs of characters", () => {
    expect(questionWords("退款政策", ["zh"])).toEqual([]);
  });
});

describe("corrections", () => {
  const corrected = (question: string, found: IndexResult, languages = ["en"]) =>
    corrections(questionWords(question, languages), found, languages);

  it("takes a misspelt word for the written form of the near term", () => {
    const made = corrected("Do parcles cost?", result({ parcles: [parcels] }));
    expect(made).toEqual([{ word: "parcles", form: "parcels", terms: ["parcel"] }]);
    expect(corrected("shippimg", result({ shippimg: [shipping] }))[0]?.form).toBe("shipping");
  });

  it("takes no word for a stem alone that its beginning is near to", () => {
    const plan = { term: "plan", example: example("Our plans.") };
    expect(corrected("planets", result({ planets: [plan] }))).toEqual([]);
  });

  it("keeps up to three readings that are equally near", () => {
    const near = ["rate", "race", "rare", "rave"].map((term) => ({ term, example: example(term) }));
    expect(corrected("raxe", result({ raxe: near }))[0]?.terms).toEqual(["rate", "race", "rare"]);
  });

  it("takes a word near to a function word for it, so that it is not missed in the knowledge", () => {
    expect(corrected("Wheer is it?", result({}))).toEqual([{ word: "wheer", form: "where", terms: [] }]);
    expect(corrected("Welhce Farbe", result({}, ["farb"]), ["de"])).toEqual([{ word: "welhce", form: "welche", terms: [] }]);
  });

  it("leaves words alone that some chunk holds", () => {
    expect(corrected("Wheer", result({}, ["wheer"]))).toEqual([]);
  });

  it("look for a form in the beginning of a long list alone", () => {
    const held = (text: string) => {
      const near = { parcle: [{ term: "parcel", example: example(text) }] };
      return corrections([{ word: "parcle", terms: ["parcl"] }], result(near), ["en"]);
    };
    expect(held("Parcels arrive.")).toHaveLength(1);
    expect(held(`${"x ".repeat(5_000)}Parcels arrive.`)).toEqual([]);
  });
});

describe("correctedText", () => {
  it("replaces the misspelt words and nothing else", () => {
    const made = [{ word: "parcles", form: "parcels", terms: ["parcel"] }];
    expect(correctedText("Parcles, PARCLES – and my parcles' 2 stamps?", made)).toBe(
      "parcels, parcels – and my parcels' 2 stamps?",
    );
    expect(correctedText("Größe der Päckhcen?", [{ word: "packhcen", form: "packchen", terms: ["packch"] }])).toBe(
      "Größe der packchen?",
    );
  });
});
