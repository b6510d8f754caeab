import type { retrieval } from "@parlance/contracts";
import { analyze, contentTerms, hasContent, likeness, namesCurrency, tellsKind, type AskedFact } from "@parlance/language";
import { readUnits, type Unit } from "./units.ts";

export type Passage = Pick<retrieval.Hit, "text" | "title" | "language" | "sourceType">;

/** A fact that is asked for, and what the passages say that may tell it. */
export interface SoughtFact extends AskedFact {
  /** ISO 639-1, of the passages. */
  language: string;
  /** What tells a fact of the kind by its form. */
  telling: readonly Unit[];
  /** What tells none. */
  others: readonly Unit[];
  /** Terms of what the question is about, at most 500. */
  terms: readonly string[];
  /** Those that the titles of the documents do not hold, which say nothing of where in them the fact is told. */
  beside: readonly string[];
  /** Whether something that tells a fact of the kind speaks of a term. */
  isSpokenOf: (term: string) => boolean;
}

/** Each is compared with all words of all passages; what is longer is a pasted text, which its beginning stands for. */
const mostTerms = 500;

/** Reads the passages for a fact that is asked for. */
export function seek(asked: AskedFact, passages: readonly Passage[], language: string): SoughtFact {
  const units = passages.flatMap(unitsOf);
  const tells = tellsOf(asked, units, language);
  const telling = units.filter(tells);
  const termsOf = (texts: readonly string[]) => new Set(analyze(texts.join(" "), language));
  const terms = hasContent(asked.about, language) ? contentTerms(asked.about, language).slice(0, mostTerms) : [];
  const titles = termsOf([...passages, ...units].map(({ title }) => title));
  const spokenOf = telling.map(({ text, context, before, leans }) => termsOf([context, leans ? before : "", text]));
  return {
    ...asked,
    language,
    telling,
    others: units.filter((unit) => !telling.includes(unit)),
    terms,
    beside: terms.filter((term) => !titles.has(term)),
    isSpokenOf: (term) => spokenOf.some((held) => likeness(term, held) > 0),
  };
}

/** All that is said of a product is about it. */
function unitsOf({ text, title, language, sourceType }: Passage): Unit[] {
  return sourceType === "product" ? [{ text, context: title, before: "", leans: false, title: "" }] : readUnits(text, language);
}

function tellsOf({ kind, measured }: AskedFact, units: readonly Unit[], language: string): (unit: Unit) => boolean {
  const tells = ({ row, text }: Unit) => tellsKind(kind, row ?? text, language, measured);
  // Prices of a page that names no currency are bare figures.
  const isBare = kind === "price" && !units.some(({ text }) => namesCurrency(text)) && units.some(tells);
  return (unit) => tells(unit) || (isBare && tellsKind("number", unit.text, language));
}
