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
 * Tells whether a text speaks of something with what a question wants without, or the other way round: "29 a month with a contract", asked for
 * without one. A text that speaks of both contradicts neither, and none is known to in others than eight languages. The question is read once.
 * @param language ISO 639-1, of both
 */
export function contradicting(question: string, language: string): (text: string) => boolean {
  const asked = divided(question, language);
  return (text) => {
    const told = divided(text, language);
    const lacks = [...asked.without].some((term) => told.with.has(term) && !told.without.has(term));
    return lacks || [...told.without].some((term) => asked.with.has(term) && !told.with.has(term) && !asked.without.has(term));
  };
}

/** The terms of a text that are there, and those that are left out: the first that carries meaning behind each "without". */
function divided(text: string, language: string): { with: ReadonlySet<string>; without: ReadonlySet<string> } {
  const without = withouts[language];
  const found = without === undefined ? [] : text.matchAll(new RegExp(`(?<!\\p{L})(?:${without})${next}`, "giu"));
  const leftOut = [...found].map(([, behind = ""]) => words(behind).find((word) => !isFunctionWord(fold(word), language)) ?? "");
  const terms = analyze(text, language);
  const absent = leftOut.flatMap((word) => analyze(word, language));
  const times = new Map<string, number>();
  for (const term of terms) times.set(term, (times.get(term) ?? 0) + 1);
  for (const term of absent) times.set(term, (times.get(term) ?? 0) - 1);
  return { with: new Set(terms.filter((term) => (times.get(term) ?? 0) > 0)), without: new Set(absent) };
}
