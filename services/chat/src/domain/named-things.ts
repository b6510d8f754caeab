import type { retrieval } from "@parlance/contracts";
import { analyze, contentTerms, functionWords, likeness, namesIn } from "@parlance/language";

type Passage = Pick<retrieval.Hit, "text" | "title">;

/** Whether a question names somebody or something that no passage names. */
export function namesUnknown(question: string, passages: readonly Passage[], language: string): boolean {
  const names = namesIn(question, language);
  if (names.length === 0) return false;
  const held = new Set(passages.flatMap(({ title, text }) => analyze(`${title} ${text}`, language)));
  return names.some((name) => contentTerms(name, language).every((term) => likeness(term, held) === 0));
}

/** A word with a short number behind it; years and amounts are longer or stand elsewhere. */
const labelled = /(\p{L}{3,})\s+(\p{N}{1,3})(?![\p{N}\p{L}]|[.,:]\p{N})/gu;

/** Whether a question names a thing by its number ("error 31") that the passages know with other numbers only. */
export function namesOtherNumber(question: string, passages: readonly Passage[], language: string): boolean {
  const labels = (text: string) =>
    [...text.toLowerCase().matchAll(labelled)]
      .filter(([, word = ""]) => !functionWords(language).has(word))
      .map(([, word = "", number = ""]) => ({ term: analyze(word, language)[0], number }));
  const known = passages.flatMap(({ text }) => labels(text));
  return labels(question).some(({ term, number }) => {
    // The number of an entry in a list names nothing.
    const said = new RegExp(`(?<!\\p{N})${number}(?![\\p{N}.)])`, "u");
    return known.some((other) => other.term === term) && !passages.some(({ text }) => said.test(text));
  });
}
