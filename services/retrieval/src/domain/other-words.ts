import { analyze, synonyms } from "@parlance/language";
import type { IndexResult } from "@parlance/ports";
import type { QueryTerms } from "./query-terms.ts";
import type { Correction } from "./spelling.ts";

/** A word that no chunk holds, and the words that say the same, of which some chunk may hold one. */
export interface OtherWords {
  /** As typed, folded. */
  word: string;
  said: readonly { form: string; term: string }[];
}

/** What such a word counts against the one that was typed: it says nearly the same. */
const sameMeaning = 0.9;

/** What may be meant by words of a question that no chunk holds: the same in other words. */
export function otherWords({ words, languages }: QueryTerms, result: IndexResult): OtherWords[] {
  return words
    .filter(({ terms }) => terms.every((term) => !isHeld(term, result)))
    .map(({ word }) => ({ word, said: languages.flatMap((language) => inOtherWords(word, language)) }))
    .filter(({ said }) => said.length > 0);
}

function inOtherWords(word: string, language: string): { form: string; term: string }[] {
  return synonyms(word, language).map((form) => ({ form, term: analyze(form, language)[0] ?? form }));
}

/** A guess at every word, whose terms are all looked for. */
export function guessed({ word, said }: OtherWords): Correction {
  return { word, form: word, terms: said.map(({ term }) => term) };
}

/** What the knowledge says in place of a word, by a search for all that it may say; undefined when it says nothing of the kind. */
export function settled({ word, said }: OtherWords, result: IndexResult): Correction | undefined {
  const held = said.filter(({ term }) => isHeld(term, result));
  const [first] = held;
  return first && { word, form: first.form, terms: [...new Set(held.map(({ term }) => term))], worth: sameMeaning };
}

function isHeld(term: string, { documentFrequency }: IndexResult): boolean {
  return (documentFrequency.get(term) ?? 0) > 0;
}
