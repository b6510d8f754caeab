import { readdirSync, readFileSync } from "node:fs";
import { surfaceForms } from "./analyze.ts";
import { stemWord } from "./stem.ts";

/**
 * Words that visitors and owners use for the same thing: a file for each language, named by ISO 639-1, and a group on each line. A word may stand in
 * several groups. The English ones are measures alone, by which a table names what is asked for in a word: all else the embedding model
 * understands.
 */
const folder = new URL("../synonyms/", import.meta.url);

const none: readonly string[] = [];
/** By language, of each that has a file; read when a word of it is first looked up. */
const lists = new Map<string, ReadonlyMap<string, readonly string[]> | undefined>(
  readdirSync(folder).map((name) => [name.replace(".txt", ""), undefined]),
);

/**
 * Other words, in lower case and folded, for one that a visitor typed, in a language (ISO 639-1); none where it is not known.
 * @param word folded, as `surfaceForms` gives it
 */
export function synonyms(word: string, language: string): readonly string[] {
  return listOf(language)?.get(stemWord(word, language)) ?? none;
}

function listOf(language: string): ReadonlyMap<string, readonly string[]> | undefined {
  if (!lists.has(language)) return undefined;
  const list = lists.get(language) ?? byTerm(language, readFileSync(new URL(`${language}.txt`, folder), "utf8"));
  lists.set(language, list);
  return list;
}

function byTerm(language: string, groups: string): Map<string, string[]> {
  const list = new Map<string, string[]>();
  for (const group of groups.split("\n")) {
    const forms = surfaceForms(group, language).map((form) => ({ form, term: stemWord(form, language) }));
    for (const { term } of forms) {
      const others = forms.filter((other) => other.term !== term).map(({ form }) => form);
      list.set(term, [...new Set([...(list.get(term) ?? []), ...others])]);
    }
  }
  return list;
}
