import { analyze } from "./analyze.ts";
import { fold } from "./fold.ts";
import { isFunctionWord } from "./function-words.ts";
import { words } from "./words.ts";

/** By ISO 639-1. */
const withouts: Readonly<Record<string, string>> = {
  en: "without|excluding",
  de: "ohne|exklusive",
  es: "sin",
  fr: "sans|hors",
  it: "senza",
  pt: "sem",
  nl: "zonder|exclusief",
  ru: "без",
};
const next = "((?:\\s+[\\p{L}'’-]+){1,3})";

/**
 * Whether a text speaks of something with what a question wants without, or the other way round: "29 a month with a contract", asked for without
 * one. A text that speaks of both contradicts neither, and none is known to in others than eight languages.
 * @param language ISO 639-1, of both
 */
export function contradicts(question: string, text: string, language: string): boolean {
  const [asked, told] = [divided(question, language), divided(text, language)];
  const lacks = [...asked.without].some((term) => told.with.has(term) && !told.without.has(term));
  return lacks || [...told.without].some((term) => asked.with.has(term) && !told.with.has(term) && !asked.without.has(term));
}

/** The terms of a text that are there, and those that are left out: the first that carries meaning behind each "without". */
function divided(text: string, language: string): { with: ReadonlySet<string>; without: ReadonlySet<string> } {
  const without = withouts[language];
  const found = without === undefined ? [] : text.matchAll(new RegExp(`(?<!\\p{L})(?:${without})${next}`, "giu"));
  const leftOut = [...found].map(([, behind = ""]) => words(behind).find((word) => !isFunctionWord(fold(word), language)) ?? "");
  const terms = analyze(text, language);
  const absent = leftOut.flatMap((word) => analyze(word, language));
  const times = (term: string) => terms.filter((other) => other === term).length - absent.filter((other) => other === term).length;
  return { with: new Set(terms.filter((term) => times(term) > 0)), without: new Set(absent) };
}
