import type { retrieval } from "@parlance/contracts";
import { analyze, contentTerms, functionWords, likeness, namesIn } from "@parlance/language";

type Passage = Pick<retrieval.Hit, "text" | "title">;

/** Things that a question names: each is looked for in all passages, and what names more is a pasted text, which its beginning stands for. */
const mostNamed = 50;

/** Whether a question names somebody or something that no passage names. */
export function namesUnknown(question: string, passages: readonly Passage[], language: string): boolean {
  const names = namesIn(question, language);
  if (names.length === 0) return false;
  const held = new Set(passages.flatMap(({ title, text }) => analyze(`${title} ${text}`, language)));
  return [...new Set(names)]
    .slice(0, mostNamed)
    .some((name) => contentTerms(name, language).every((term) => likeness(term, held) === 0));
}

/** A word with a short number behind it; years and amounts are longer or stand elsewhere. */
const labelled = /(?<![\p{L}\p{N}])(\p{L}{3,40})\s{1,3}(\p{N}{1,3})(?![\p{N}\p{L}]|[.,:]\p{N})/gu;
/** A code of letters and a number: "E7", "TP-310". Its letters may stand for a word: "v2" is "version 2". */
const coded =
  /(?<![\p{L}\p{N}-])([\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]{1,6})-?(\p{N}{1,6})(?![\p{N}\p{L}-]|[.,:]\p{N})/gu;

/** Whether a question names a thing by its number ("error 31", "E7") that the passages know with other numbers only. */
export function namesOtherNumber(question: string, passages: readonly Passage[], language: string): boolean {
  const texts = passages.map(({ text }) => text.toLowerCase());
  const asked = question.toLowerCase();
  // The number of an entry in a list names nothing.
  const isSaid = (said: string) => texts.some((text) => new RegExp(`(?<!\\p{N})${said}(?![\\p{N}.)])`, "u").test(text));
  const labels = (text: string) =>
    [...text.matchAll(labelled)]
      .filter(([, word = ""]) => !functionWords(language).has(word))
      .map(([, word = "", number = ""]) => ({ term: analyze(word, language)[0], number }));
  const codes = (text: string) => [...text.matchAll(coded)].map(([, letters = "", number = ""]) => ({ letters, number }));
  const [labelsAsked, codesAsked] = [labels(asked).slice(0, mostNamed), codes(asked).slice(0, mostNamed)];
  const termsSaid = new Set(labelsAsked.length === 0 ? [] : texts.flatMap(labels).map(({ term }) => term));
  const lettersSaid = new Set(codesAsked.length === 0 ? [] : texts.flatMap(codes).map(({ letters }) => letters));
  return (
    labelsAsked.some(({ term, number }) => termsSaid.has(term) && !isSaid(number)) ||
    codesAsked.some(({ letters, number }) => {
      return lettersSaid.has(letters) && !isSaid(`(?<!\\p{L})${letters}\\p{L}*[\\s-]?${number}`);
    })
  );
}
