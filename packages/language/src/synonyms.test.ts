import { expect, it } from "vitest";
import { analyze, surfaceForms, synonyms } from "./index.ts";

const wordsFor = (typed: string, language: string) => synonyms(surfaceForms(typed, language)[0] ?? "", language);

it.each([
  ["a verb for a noun", "austreten", "de", "kundigung"],
  ["an inflected form", "Kündigungen", "de", "austreten"],
  ["a word in several groups", "anmelden", "de", "einloggen"],
  ["a measure of a table", "heavy", "en", "weight"],
])("finds %s", (_, typed, language, other) => {
  expect(wordsFor(typed, language)).toContain(other);
});

it("never gives a form of the word itself", () => {
  const terms = wordsFor("kündigen", "de").map((form) => analyze(form, "de")[0]);
  expect(terms.length).toBeGreaterThan(0);
  expect(terms).not.toContain(analyze("kündigen", "de")[0]);
});

it("knows none for words of another language, nor for what is no word", () => {
  expect([wordsFor("austreten", "en"), wordsFor("austreten", ""), wordsFor("constructor", "de")]).toEqual([[], [], []]);
});
