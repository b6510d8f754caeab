import { analyze, contentTerms, formsOf, isContent } from "./analyze.ts";
import { particularTerms } from "./particulars.ts";
import { stemWord } from "./stem.ts";

/** What two texts are compared by, where the terms of the index say too little each. */
interface Units {
  ofText: (text: string) => string[];
  /** None when the question is made of nothing else than function words. */
  ofQuestion: (text: string, own: string) => string[];
}

const wordRun = /\p{Script=Han}+|[\p{Script=Katakana}ー]+|[\p{Script=Latin}\p{N}]+/gu;

/** Vietnamese writes the syllables of a word apart: single ones are everywhere, two side by side are a word or a part of one. */
const vietnamese: Units = {
  ofText: (text) => {
    const terms = analyze(text, "vi");
    return [...terms, ...terms.slice(1).map((term, i) => `${terms[i]} ${term}`)];
  },
  ofQuestion: (text, own) => {
    const runs: string[][] = [[]];
    for (const form of formsOf(text, "vi")) {
      if (isContent(form, "vi", own)) runs.at(-1)?.push(stemWord(form.form, "vi"));
      else runs.push([]);
    }
    return runs.flatMap((run) => (run.length === 1 ? run : run.slice(1).map((term, i) => `${run[i]} ${term}`)));
  },
};

/** Japanese tells its words from their endings and particles by the script: a pair of characters that holds both belongs to no word. */
const japanese: Units = {
  ofText: (text) => runsOf(text).flatMap((run) => [...run, ...pairsOf(run)]),
  ofQuestion: (text) => runsOf(text).flatMap((run) => (run.length === 1 ? run : pairsOf(run))),
};

function runsOf(text: string): string[][] {
  const runs = text.normalize("NFKC").toLowerCase().match(wordRun) ?? [];
  return runs.map((run) => (/[\p{Script=Latin}\p{N}]/u.test(run) ? [run] : [...run]));
}

function pairsOf(run: readonly string[]): string[] {
  return run.slice(1).map((character, i) => `${run[i]}${character}`);
}

const byLanguage: Readonly<Record<string, Units>> = { ja: japanese, vi: vietnamese };

/** True for a language whose texts are compared by other units than the terms of the index. */
export function hasUnits(language: string): boolean {
  return Object.hasOwn(byLanguage, language);
}

/** What a text holds that a question may ask for: its terms, in most languages (ISO 639-1). */
export function heldUnits(text: string, language: string): string[] {
  return [...(byLanguage[language]?.ofText(text) ?? analyze(text, language)), ...particularTerms(text, language)];
}

/**
 * What carries the meaning of a question about a text of the language, each once, to be looked for among the text's {@link heldUnits}; see
 * {@link contentTerms}.
 */
export function askedUnits(text: string, language: string, own = language): string[] {
  const units = byLanguage[language]?.ofQuestion(text, own) ?? [];
  return units.length > 0 ? [...new Set(units)] : contentTerms(text, language, own);
}
