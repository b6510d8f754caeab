import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyze, functionWords, surfaceForms, synonyms } from "./index.ts";

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

describe.each(readdirSync(new URL("../synonyms/", import.meta.url)))("the words of %s", (name) => {
  const language = name.replace(".txt", "");
  const groups = readFileSync(new URL(`../synonyms/${name}`, import.meta.url), "utf8")
    .trim()
    .split("\n");

  it("say each thing in two words of different stems at least", () => {
    const alone = groups.filter((group) => new Set(analyze(group, language)).size < 2);
    expect(alone).toEqual([]);
  });

  it("are words with a meaning", () => {
    const empty = groups.flatMap((group) => surfaceForms(group, language).filter((form) => functionWords(language).has(form)));
    expect(empty).toEqual([]);
  });
});
